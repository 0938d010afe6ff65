package dev.assent.participant;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.CommitProtocol;
import dev.assent.protocol.Decision;
import dev.assent.protocol.Slot;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Verdict;
import dev.assent.store.InMemoryEnsemble;
import dev.assent.store.InMemoryStore;
import dev.assent.store.InboxEntry;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A tree in memory, processes of the participant {@code bank}, and a test's hand in place of initiator and leader. */
final class World {
    static final String BANK = "bank";
    static final UUID INSTALLATION = UUID.fromString("00c0ffee-0000-4000-8000-000000000001");
    static final ParticipantConfig CONFIG = ParticipantConfig.of(BANK)
            .withIntervals(Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofSeconds(60));

    final VirtualTime time = new VirtualTime();
    final SplittableRandom random = new SplittableRandom(42);
    final InMemoryEnsemble.Conditions conditions = new InMemoryEnsemble.Conditions();
    final InMemoryEnsemble ensemble = new InMemoryEnsemble(time.new ProcessLoop(), random::nextLong, conditions);
    final MemoryResource.OnePhase onePhase = new MemoryResource.OnePhase("disk-1");
    final MemoryResource disk = new MemoryResource("disk-1");
    private final Session hand;
    private long transactions;
    /** Counted by tests that count reads. */
    long reads;

    World() throws Exception {
        Session[] connected = new Session[1];
        ensemble.open(time.new ProcessLoop()).listen(new Store.SessionListener() {
            @Override
            public void connected(Session session) {
                connected[0] = session;
            }

            @Override
            public void suspended() {}
        });
        time.until("connected", () -> connected[0] != null);
        hand = connected[0];
        write(
                Op.create(Paths.ROOT, Records.installation(INSTALLATION)),
                Op.createEmpty(Paths.PARTICIPANTS),
                Op.create(Paths.TRANSACTIONS, Records.currentGeneration(1)),
                Op.create(Paths.generation(1), Records.generation(false)));
    }

    /** One process of the participant. */
    final class Peer {
        final VirtualTime.ProcessLoop loop = time.new ProcessLoop();
        final InMemoryStore connection = ensemble.open(loop);
        final TamperedStore store = new TamperedStore(connection);
        final HeldPool pool = new HeldPool();
        final Participant participant;

        private Peer(ParticipantConfig config, Resource resource, CommitProtocol protocol) {
            participant = new Participant(store, protocol, config, resource, pool, random::nextLong);
            participant.start();
        }

        String attempt() {
            return participant.attempt();
        }

        BranchId branch(TransactionId id) {
            return new BranchId(INSTALLATION, id, BANK, attempt());
        }

        /** The process dies; its session ends after its timeout. */
        void kill() {
            loop.kill();
            pool.kill();
            connection.crash();
        }

        ParticipantStatus status() throws Exception {
            return get(participant.status());
        }
    }

    /** Runs calls at once, or holds them until released. */
    static final class HeldPool implements Executor {
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private boolean holding;
        private boolean dead;
        int refusals;

        @Override
        public void execute(Runnable task) {
            if (refusals > 0) {
                refusals--;
                throw new java.util.concurrent.RejectedExecutionException("full");
            }
            if (dead) {
                return;
            }
            if (holding) {
                tasks.add(task);
            } else {
                task.run();
            }
        }

        void hold() {
            holding = true;
        }

        void release() {
            holding = false;
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
        }

        int waiting() {
            return tasks.size();
        }

        void kill() {
            dead = true;
            tasks.clear();
        }
    }

    Peer start() throws Exception {
        return start(CONFIG, disk);
    }

    Peer start(ParticipantConfig config, Resource resource) throws Exception {
        return start(config, resource, CommitProtocol.standard());
    }

    /** Starts a process that does nothing before time passes. */
    Peer prepareStart(ParticipantConfig config, Resource resource) {
        return new Peer(config, resource, CommitProtocol.standard());
    }

    /** Starts a process and lets it get ready. */
    Peer start(ParticipantConfig config, Resource resource, CommitProtocol protocol) throws Exception {
        Peer process = new Peer(config, resource, protocol);
        time.until("ready", () -> process.status().connected());
        time.settle();
        return process;
    }

    <T> T get(CompletableFuture<T> future) throws Exception {
        time.until("an answer", future::isDone);
        return future.get();
    }

    void write(Op... operations) throws Exception {
        WriteResult result = get(hand.write(List.of(operations)));
        assertTrue(result.ok(), () -> List.of(operations) + ": " + result);
    }

    TransactionId nextId() {
        return TransactionId.of(1, ++transactions);
    }

    /** Begins a transaction with these participants, of which only {@code bank} has an inbox. */
    TransactionId begin(String... participants) throws Exception {
        TransactionId id = nextId();
        begin(id, Records.inboxEntry(InboxEntry.work("pay".getBytes(StandardCharsets.UTF_8))), participants);
        return id;
    }

    void begin(TransactionId id, byte[] entry, String... participants) throws Exception {
        List<Op> all = new ArrayList<>();
        all.add(Op.create(Paths.record(id), Records.begin(record(List.of(participants), false))));
        for (String participant : participants) {
            all.add(Op.createEmpty(Paths.slot(id, participant)));
        }
        all.add(Op.create(Paths.inboxEntry(BANK, id), entry));
        write(all.toArray(Op[]::new));
    }

    /** Begins a transaction for enlisted work. */
    TransactionId open() throws Exception {
        TransactionId id = nextId();
        open(id);
        return id;
    }

    void open(TransactionId id) throws Exception {
        write(Op.create(Paths.record(id), Records.begin(record(List.of(), true))));
    }

    /** Closes the list of an enlisted transaction, naming the holder of {@code bank}'s branch. */
    void closeList(TransactionId id, String instance, String attempt) throws Exception {
        write(
                Op.check(Paths.record(id), 0),
                Op.create(Paths.list(id), Records.list(List.of(BANK))),
                Op.createEmpty(Paths.slot(id, BANK)),
                Op.create(Paths.inboxEntry(BANK, id), Records.inboxEntry(InboxEntry.enlisted(instance, attempt))));
    }

    static TransactionRecord record(List<String> participants, boolean enlisted) {
        return new TransactionRecord(
                participants, enlisted, Duration.ofSeconds(30), "test", Optional.empty(), Optional.empty());
    }

    void decide(TransactionId id, Decision decision) throws Exception {
        byte[] undecided = node(Paths.record(id)).orElseThrow().data();
        write(Op.set(Paths.record(id), Records.decide(undecided, new Verdict(decision, 7, "test")), 0));
    }

    /** Takes everything of a transaction away, as a leader does once it is settled. */
    void collect(TransactionId id) throws Exception {
        List<Op> all = new ArrayList<>();
        for (String child : ensemble.committed().children(Paths.record(id)).orElseThrow()) {
            all.add(Op.delete(Paths.record(id) + "/" + child, Op.ANY_VERSION));
        }
        all.add(Op.delete(Paths.record(id), Op.ANY_VERSION));
        if (node(Paths.inboxEntry(BANK, id)).isPresent()) {
            all.add(Op.delete(Paths.inboxEntry(BANK, id), Op.ANY_VERSION));
        }
        write(all.toArray(Op[]::new));
    }

    /** A node in the committed state. */
    Optional<Node> node(String path) {
        return ensemble.committed().read(path);
    }

    SlotView slot(TransactionId id) {
        return Records.slot(node(Paths.slot(id, BANK)));
    }

    boolean inInbox(TransactionId id) {
        return node(Paths.inboxEntry(BANK, id)).isPresent();
    }

    void awaitVote(TransactionId id) throws Exception {
        time.until("a vote in " + id, () -> slot(id).status() == SlotView.Status.VOTED);
    }

    /** Waits for the acknowledgement and answers what it says. */
    BranchOutcome awaitAcknowledgement(TransactionId id) throws Exception {
        time.until("an acknowledgement in " + id, () -> slot(id).status() == SlotView.Status.FINISHED);
        return slot(id).slot().flatMap(Slot::outcome).orElseThrow();
    }

    static boolean touchesSlot(List<Op> operations, int version) {
        return operations.stream()
                .anyMatch(op -> op.kind() == Op.Kind.SET
                        && op.version() == version
                        && op.path().endsWith("/" + BANK));
    }
}
