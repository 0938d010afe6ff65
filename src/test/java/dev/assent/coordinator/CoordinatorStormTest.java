package dev.assent.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.coordinator.InterceptedStore.Fate;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Vote;
import dev.assent.store.InMemoryEnsemble;
import dev.assent.store.InMemoryTree;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Three coordinators under every fault of the ensemble, with the rules checked at each commit. One seed, one schedule. */
class CoordinatorStormTest {
    private static final int STEPS = 250;
    private static final List<Fate> FATES = List.of(Fate.values());

    static long[] seeds() {
        int count = Integer.getInteger("assent.storm.seeds", 10);
        long first = Long.getLong("assent.storm.first", 1);
        long[] seeds = new long[count];
        for (int i = 0; i < count; i++) {
            seeds[i] = first + i;
        }
        return seeds;
    }

    /** Holds every committed multi against the rules. */
    private static final class Judge implements InMemoryEnsemble.Observer {
        private final Map<TransactionId, Decision> decisions = new HashMap<>();
        private final Map<Long, Boolean> generations = new HashMap<>();
        private final List<String> violations = new ArrayList<>();
        private long current;

        @Override
        public void before(InMemoryTree tree, long session, List<Op> ops) {}

        @Override
        public void committed(InMemoryTree tree, long session, List<Op> ops) {
            for (Op op : ops) {
                if (op.kind() == Op.Kind.CREATE || op.kind() == Op.Kind.SET) {
                    written(tree, op);
                } else if (op.kind() == Op.Kind.DELETE) {
                    deleted(tree, op);
                }
            }
        }

        private void require(boolean holds, String what) {
            if (!holds) {
                violations.add(what);
            }
        }

        private void written(InMemoryTree tree, Op op) {
            Optional<TransactionId> id = TransactionId.tryParse(Paths.name(op.path()));
            if (op.path().equals(Paths.TRANSACTIONS)) {
                long next = Records.currentGeneration(op.data());
                require(next > current, "generation " + next + " after " + current);
                current = next;
            } else if (id.isPresent() && op.kind() == Op.Kind.SET && op.path().equals(Paths.record(id.get()))) {
                decided(tree, id.get(), Records.record(op.data()));
            } else if (Paths.parent(op.path()).equals(Paths.TRANSACTIONS) && op.kind() == Op.Kind.CREATE) {
                long number = Long.parseLong(Paths.name(op.path()));
                require(generations.put(number, true) == null, "generation " + number + " twice");
            }
        }

        private void decided(InMemoryTree tree, TransactionId id, TransactionRecord record) {
            Decision decision = record.verdict().orElseThrow().decision();
            require(decisions.put(id, decision) == null, "two decisions of " + id);
            List<String> list = record.enlisted()
                    ? tree.read(Paths.list(id)).map(n -> Records.list(n.data())).orElse(List.of())
                    : record.participants();
            List<SlotView> slots = list.stream()
                    .map(name -> Records.slot(tree.read(Paths.slot(id, name))))
                    .toList();
            boolean prepared =
                    !slots.isEmpty() && slots.stream().allMatch(s -> s.votes(Vote.YES) || s.votes(Vote.READ_ONLY));
            require(prepared == (decision == Decision.COMMIT), decision + " of " + id + " with " + slots);
        }

        private void deleted(InMemoryTree tree, Op op) {
            Optional<TransactionId> id = TransactionId.tryParse(Paths.name(op.path()));
            if (id.isPresent() && op.path().equals(Paths.record(id.get()))) {
                require(decisions.containsKey(id.get()), id.get() + " went undecided");
                require(tree.version(Paths.generation(id.get().generation())) == 1, id.get() + " went unsealed");
                require(outcome(tree, id.get()).isPresent(), id.get() + " went without its history entry");
            } else if (id.isEmpty()
                    && TransactionId.tryParse(Paths.name(Paths.parent(op.path())))
                            .isPresent()
                    && op.path().startsWith(Paths.TRANSACTIONS)
                    && op.version() == 1) {
                // A slot at version 1 under a COMMIT: a YES voter would be forgotten, a READ_ONLY one owes nothing.
                TransactionId of = TransactionId.parse(Paths.name(Paths.parent(op.path())));
                boolean readOnly = Paths.name(op.path()).equals("c");
                require(decisions.get(of) != Decision.COMMIT || readOnly, of + " went before " + op.path());
            }
        }

        Optional<OutcomeState> outcome(InMemoryTree tree, TransactionId id) {
            return tree.children(Paths.history(id.generation())).orElse(List.of()).stream()
                    .filter(name -> name.startsWith("page-"))
                    .flatMap(name -> Optional.ofNullable(
                            Records.historyPage(tree.data(Paths.history(id.generation()) + "/" + name))
                                    .get(id))
                            .stream())
                    .findFirst();
        }
    }

    private final Harness h = new Harness();
    private final Judge judge = new Judge();
    private final List<Harness.Replica> replicas = new ArrayList<>();
    private final Map<TransactionId, Boolean> begun = new HashMap<>();
    private Random random = new Random();
    private int started;

    @ParameterizedTest
    @MethodSource("seeds")
    void theRulesHoldAndEverythingEnds(long seed) {
        random = new Random(seed);
        h.ensemble.observe(judge);
        h.ensemble.conditions().late = Duration.ofSeconds(2).toNanos();
        h.ensemble.conditions().reconnect = Duration.ofMillis(300).toNanos();
        for (int i = 0; i < 3; i++) {
            replicas.add(start());
        }
        h.until("one leads", () -> replicas.stream().anyMatch(Harness.Replica::leads));
        h.register("a", "b", "c");
        for (int step = 0; step < STEPS; step++) {
            act();
            if (random.nextInt(6) == 0) {
                fault();
            }
            h.pass(Duration.ofMillis(random.nextInt(400)));
            assertEquals(List.of(), judge.violations, "seed " + seed);
        }
        replicas.forEach(replica -> {
            replica.net().fates(ops -> Fate.PASS);
            replica.net().release();
            replica.net().deaf = false;
            replica.store().heal();
        });
        assertEnds(seed);
    }

    private Harness.Replica start() {
        Harness.Replica replica = h.start(
                "c" + ++started,
                s -> s.generationSize(12)
                        .generationAge(Duration.ofSeconds(20))
                        .sealDelay(Duration.ofSeconds(3))
                        .abortGrace(Duration.ofSeconds(5))
                        .rescanInterval(Duration.ofSeconds(10))
                        .collectionBatch(4));
        Random fates = new Random(random.nextLong());
        replica.net().fates(ops -> fates.nextInt(25) > 0 ? Fate.PASS : FATES.get(fates.nextInt(FATES.size())));
        return replica;
    }

    private void act() {
        List<TransactionId> ids = begun.keySet().stream().sorted().toList();
        if (ids.isEmpty() || random.nextInt(4) == 0) {
            TransactionId id = h.id();
            boolean open = random.nextInt(8) == 0;
            Duration timeout = Duration.ofMillis(500 + random.nextInt(8_000));
            List<Op> ops = open ? Harness.beginOps(id, timeout) : Harness.beginOps(id, timeout, "a", "b", "c");
            if (h.write(ops).ok()) {
                begun.put(id, open);
            }
            return;
        }
        TransactionId id = ids.get(random.nextInt(ids.size()));
        if (begun.get(id)) {
            h.write(
                    Op.check(Paths.record(id), 0),
                    Op.create(Paths.list(id), Records.list(List.of("a", "b"))),
                    Op.createEmpty(Paths.slot(id, "a")),
                    Op.createEmpty(Paths.slot(id, "b")));
        }
        for (String name : List.of("a", "b", "c")) {
            h.vote(id, name, name.equals("c") ? Vote.READ_ONLY : random.nextInt(9) == 0 ? Vote.NO : Vote.YES);
        }
        acknowledge(id);
    }

    private void acknowledge(TransactionId id) {
        if (h.verdict(id).isEmpty()) {
            return;
        }
        BranchOutcome outcome = h.decided(id, Decision.COMMIT) ? BranchOutcome.COMMITTED : BranchOutcome.ABORTED;
        for (String name : List.of("a", "b")) {
            if (random.nextInt(3) > 0 && !h.acknowledge(id, name, outcome).ok()) {
                // Enlisted work of this test has no inbox entry.
                h.write(
                        Op.check(Paths.record(id), 1),
                        Op.set(
                                Paths.slot(id, name),
                                Records.slot(Harness.slot(Vote.YES).acknowledged(outcome, "")),
                                1));
            }
        }
    }

    private void fault() {
        int which = random.nextInt(replicas.size());
        Harness.Replica replica = replicas.get(which);
        switch (random.nextInt(9)) {
            case 0 -> replica.store().breakConnection();
            case 1 -> replica.store().endSession();
            case 2 -> replica.store().abandonSession();
            case 3 -> h.ensemble.flapLeadership(Duration.ofMillis(random.nextInt(20_000)));
            case 4 -> {
                replica.store().crash();
                replicas.set(which, start());
            }
            case 5 -> {
                replica.store().cutConnection();
                h.loop.schedule(Duration.ofMillis(random.nextInt(15_000)), replica.store()::heal);
            }
            case 6 -> replica.net().release();
            case 7 -> replica.net().deaf = !replica.net().deaf;
            default -> h.ensemble.stall(random.nextInt(2), Duration.ofMillis(random.nextInt(3_000)));
        }
    }

    private void assertEnds(long seed) {
        h.until(
                "seed " + seed + ": all are decided",
                () -> begun.keySet().stream().allMatch(judge.decisions::containsKey));
        for (int round = 0; round < 40; round++) {
            begun.keySet().stream().sorted().forEach(this::acknowledge);
            h.pass(Duration.ofSeconds(5));
        }
        h.until(
                "seed " + seed + ": all are collected",
                () -> begun.keySet().stream().noneMatch(id -> h.exists(Paths.record(id))));
        h.until(
                "seed " + seed + ": one generation is left",
                () -> h.ensemble
                                .committed()
                                .children(Paths.TRANSACTIONS)
                                .orElseThrow()
                                .size()
                        == 1);
        assertEquals(List.of(), judge.violations, "seed " + seed);
        begun.keySet()
                .forEach(id -> assertEquals(
                        judge.decisions.get(id) == Decision.COMMIT ? OutcomeState.COMMITTED : OutcomeState.ABORTED,
                        h.history(id.generation()).get(id)));
        assertTrue(judge.decisions.size() == begun.size());
        assertEquals(1, replicas.stream().filter(Harness.Replica::leads).count(), "seed " + seed);
    }
}
