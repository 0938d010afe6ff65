package dev.assent.coordinator;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.CommitProtocol;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.Slot;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Verdict;
import dev.assent.protocol.Vote;
import dev.assent.store.InMemoryEnsemble;
import dev.assent.store.InMemoryStore;
import dev.assent.store.InMemoryTree;
import dev.assent.store.InboxEntry;
import dev.assent.store.Op;
import dev.assent.store.Operation;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.VirtualLoop;
import dev.assent.store.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** An ensemble in memory on virtual time, coordinators, and a hand that plays initiators and participants. */
final class Harness {
    static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    final VirtualLoop loop = new VirtualLoop();
    final InMemoryEnsemble ensemble;
    /** Every multi that was committed. */
    final List<List<Op>> writes = new ArrayList<>();

    private final Random random = new Random(42);
    private Session hand;

    /** A coordinator with its process. */
    record Replica(Coordinator coordinator, InMemoryStore store, InterceptedStore net) {
        boolean leads() {
            return coordinator.status().state() == CoordinatorStatus.State.LEADING;
        }

        CoordinatorStatus.Counts counts() {
            return coordinator.status().counts();
        }
    }

    Harness() {
        InMemoryEnsemble.Conditions conditions = new InMemoryEnsemble.Conditions();
        conditions.hop = Duration.ofMillis(2).toNanos();
        conditions.lag = Duration.ofMillis(5).toNanos();
        ensemble = new InMemoryEnsemble(loop, random::nextLong, conditions);
        ensemble.observe(new InMemoryEnsemble.Observer() {
            @Override
            public void before(InMemoryTree tree, long session, List<Op> ops) {}

            @Override
            public void committed(InMemoryTree tree, long session, List<Op> ops) {
                writes.add(ops);
            }
        });
        ensemble.open(loop).listen(new Store.SessionListener() {
            @Override
            public void connected(Session session) {
                hand = session;
            }

            @Override
            public void suspended() {}
        });
    }

    Replica start(String id) {
        return start(id, settings -> settings);
    }

    Replica start(String id, UnaryOperator<CoordinatorConfig.Builder> settings) {
        InMemoryStore store = ensemble.open(loop);
        InterceptedStore net = new InterceptedStore(store);
        CoordinatorConfig config = settings.apply(CoordinatorConfig.builder(id)).build();
        Coordinator coordinator = new Coordinator(net, CommitProtocol.standard(), config, random::nextLong);
        coordinator.start();
        return new Replica(coordinator, store, net);
    }

    /** A coordinator that leads, and participants {@code a} and {@code b}. */
    Replica lead(UnaryOperator<CoordinatorConfig.Builder> settings) {
        Replica leader = start("c1", settings);
        until("c1 leads", leader::leads);
        register("a", "b");
        return leader;
    }

    void until(String what, BooleanSupplier condition) {
        loop.until(what, PATIENCE, condition);
    }

    void pass(Duration time) {
        loop.pass(time);
    }

    WriteResult write(Op... ops) {
        return write(List.of(ops));
    }

    WriteResult write(List<Op> ops) {
        until("the hand has a session", () -> hand != null);
        var answer = hand.write(ops);
        until("the write is answered", answer::isDone);
        return answer.join();
    }

    void ok(Op... ops) {
        WriteResult result = write(ops);
        if (!result.ok()) {
            throw new AssertionError(result);
        }
    }

    /** Registers participants with an inbox directory for the current generation. */
    void register(String... names) {
        for (String name : names) {
            ok(
                    Op.create(Paths.participant(name), Records.registration("test")),
                    Op.createEmpty(Paths.inbox(name)),
                    Op.createEmpty(Paths.inbox(name, generation())));
        }
    }

    long generation() {
        return Records.currentGeneration(ensemble.committed().data(Paths.TRANSACTIONS));
    }

    TransactionId id() {
        return TransactionId.alone(generation(), random.nextLong());
    }

    static TransactionRecord record(Duration timeout, String... participants) {
        return new TransactionRecord(
                List.of(participants), participants.length == 0, timeout, "hand", Optional.empty(), Optional.empty());
    }

    TransactionId begin(String... participants) {
        return begin(TIMEOUT, participants);
    }

    /** Begins a transaction; without participants an open one, for enlisted work. */
    TransactionId begin(Duration timeout, String... participants) {
        TransactionId id = id();
        WriteResult result = write(beginOps(id, timeout, participants));
        if (!result.ok()) {
            throw new AssertionError(result);
        }
        return id;
    }

    static List<Op> beginOps(TransactionId id, Duration timeout, String... participants) {
        List<Op> ops = new ArrayList<>();
        ops.add(Op.check(Paths.generation(id.generation()), 0));
        ops.add(Op.create(Paths.record(id), Records.begin(record(timeout, participants))));
        for (String name : participants) {
            ops.add(Op.createEmpty(Paths.slot(id, name)));
            ops.add(Op.create(Paths.inboxEntry(name, id), Records.inboxEntry(InboxEntry.work(new byte[0]))));
        }
        return ops;
    }

    /** Begins one after the other in a generation that somebody still takes for the current one. */
    interface Begins {
        /** Whether it was begun. */
        boolean next();
    }

    Begins beginsIn(long generation) {
        return () -> write(beginOps(TransactionId.alone(generation, random.nextLong()), TIMEOUT, "a"))
                .ok();
    }

    static Slot slot(Vote vote) {
        return Slot.vote(vote, "i1", "attempt-1", "r1", vote == Vote.NO ? "no money" : "");
    }

    WriteResult vote(TransactionId id, String participant, Vote vote) {
        List<Op> ops = new ArrayList<>();
        ops.add(Op.check(Paths.record(id), 0));
        ops.add(Op.set(Paths.slot(id, participant), Records.slot(slot(vote)), 0));
        if (vote == Vote.NO || vote == Vote.READ_ONLY) {
            ops.add(Op.delete(Paths.inboxEntry(participant, id), Op.ANY_VERSION));
        }
        return write(ops);
    }

    WriteResult acknowledge(TransactionId id, String participant, BranchOutcome outcome) {
        Slot after = slot(Vote.YES).acknowledged(outcome, outcome.heuristic() ? "seen in the resource" : "");
        return write(
                Op.check(Paths.record(id), 1),
                Op.set(Paths.slot(id, participant), Records.slot(after), 1),
                Op.delete(Paths.inboxEntry(participant, id), Op.ANY_VERSION));
    }

    boolean exists(String path) {
        return ensemble.committed().exists(path);
    }

    /** The decision that is committed, or nothing. */
    Optional<Verdict> verdict(TransactionId id) {
        return exists(Paths.record(id))
                ? Records.record(ensemble.committed().data(Paths.record(id))).verdict()
                : Optional.empty();
    }

    boolean decided(TransactionId id, Decision decision) {
        return verdict(id).filter(v -> v.decision() == decision).isPresent();
    }

    Verdict decision(TransactionId id) {
        until(id + " is decided", () -> verdict(id).isPresent());
        return verdict(id).orElseThrow();
    }

    /** Outcomes in the history's pages of a generation. */
    Map<TransactionId, OutcomeState> history(long generation) {
        Map<TransactionId, OutcomeState> all = new LinkedHashMap<>();
        for (String name :
                ensemble.committed().children(Paths.history(generation)).orElse(List.of())) {
            if (name.startsWith("page-")) {
                Records.historyPage(ensemble.committed().data(Paths.history(generation) + "/" + name))
                        .forEach((id, outcome) -> {
                            if (all.put(id, outcome) != null) {
                                throw new AssertionError(id + " stands twice in the history");
                            }
                        });
            }
        }
        return all;
    }

    Operation.Result operate(String name, Operation.Kind kind, TransactionId id) {
        ok(Op.create(Paths.operation(name), Records.operation(Operation.request(kind, id, "ann", "it hangs"))));
        until(name + " is answered", () -> answer(name).isPresent());
        return answer(name).orElseThrow();
    }

    Optional<Operation.Result> answer(String name) {
        return Records.operation(ensemble.committed().data(Paths.operation(name)))
                .result();
    }

    int epoch() {
        return ensemble.committed().version(Paths.EPOCH);
    }

    /** Whether {@code ops} set a record to its decision. */
    static boolean decides(List<Op> ops) {
        return ops.stream()
                .anyMatch(op -> op.kind() == Op.Kind.SET
                        && TransactionId.tryParse(Paths.name(op.path())).isPresent());
    }

    /** Whether {@code ops} remove a record. */
    static boolean collects(List<Op> ops) {
        return ops.stream()
                .anyMatch(op -> op.kind() == Op.Kind.DELETE
                        && op.path().startsWith(Paths.TRANSACTIONS)
                        && TransactionId.tryParse(Paths.name(op.path())).isPresent());
    }

    static boolean touches(List<Op> ops, String path) {
        return ops.stream()
                .anyMatch(op -> op.kind() != Op.Kind.CHECK && op.path().equals(path));
    }
}
