package dev.assent.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Verdict;
import dev.assent.protocol.Vote;
import dev.assent.store.InboxEntry;
import dev.assent.store.Op;
import dev.assent.store.Operation;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody creates, overwrites and removes nodes everywhere; no defect ends a term and others' transactions go on (rule 12). */
class GarbageStormTest {
    private static final int ACTS = 150;
    /** Whoever damages these stops the whole installation. */
    private static final List<String> ESSENTIAL = List.of(
            Paths.ROOT,
            Paths.EPOCH,
            Paths.LEADER,
            Paths.COORDINATORS,
            Paths.PARTICIPANTS,
            Paths.TRANSACTIONS,
            Paths.OPERATIONS,
            Paths.HISTORY);

    private final Harness h = new Harness();
    private final Harness.Replica leader = h.lead(settings -> settings.generationSize(8)
            .generationAge(Duration.ofSeconds(40))
            .sealDelay(Duration.ofSeconds(5))
            .abortGrace(Duration.ofSeconds(5)));
    private final List<TransactionId> transactions = new ArrayList<>();
    private Random random;

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void garbageEverywhereHarmsNoOther(long seed) {
        random = new Random(seed);
        for (int i = 0; i < ACTS; i++) {
            if (random.nextInt(3) == 0) {
                act();
            } else {
                damage();
            }
            h.pass(Duration.ofMillis(random.nextInt(1_500)));
        }
        h.ok(Op.create(Paths.participant("good"), Records.registration("test")), Op.createEmpty(Paths.inbox("good")));
        h.pass(Duration.ofMinutes(3));
        TransactionId good = good();
        h.vote(good, "good", Vote.YES);
        assertEquals(Decision.COMMIT, h.decision(good).decision());
        assertTrue(h.acknowledge(good, "good", BranchOutcome.COMMITTED).ok());
        h.until("collected", () -> !h.exists(Paths.record(good)));
        assertEquals(1, leader.counts().terms(), "no defect, and nothing that looks like a deposition");
        int before = leader.net().readings.size();
        h.pass(Duration.ofMinutes(10));
        int asked = leader.net().readings.size() - before;
        assertTrue(asked < 20_000, asked + " readings in ten idle minutes");
    }

    private TransactionId good() {
        TransactionId[] id = new TransactionId[1];
        h.until("something can be begun", () -> h.exists(Paths.inbox("good", h.generation())));
        h.until("begun", () -> {
            id[0] = h.id();
            return h.write(Harness.beginOps(id[0], Harness.TIMEOUT, "good")).ok();
        });
        return id[0];
    }

    private void act() {
        TransactionId id = transactions.isEmpty() ? null : any(transactions);
        switch (random.nextInt(id == null ? 1 : 5)) {
            case 0 -> {
                TransactionId begun = h.id();
                String[][] lists = {{"a"}, {"a", "b"}, {}};
                var unused = h.write(Harness.beginOps(begun, Harness.TIMEOUT, lists[random.nextInt(3)]));
                transactions.add(begun);
            }
            case 1, 2 -> {
                var unused = h.vote(id, any(List.of("a", "b")), any(List.of(Vote.values())));
            }
            case 3 -> {
                var unused = h.acknowledge(id, any(List.of("a", "b")), any(List.of(BranchOutcome.values())));
            }
            default -> {
                var unused = h.write(
                        Op.create(Paths.list(id), Records.list(List.of("a"))), Op.createEmpty(Paths.slot(id, "a")));
            }
        }
    }

    private void damage() {
        String path = Paths.ROOT;
        for (int depth = 1 + random.nextInt(5); depth > 0; depth--) {
            List<String> children = h.ensemble.committed().children(path).orElse(List.of());
            if (children.isEmpty()) {
                break;
            }
            path = (path.equals(Paths.ROOT) ? "" : path) + "/" + any(children);
        }
        if (path.startsWith(Paths.LEADER) || path.equals(Paths.EPOCH)) {
            return;
        }
        Op op = switch (random.nextInt(3)) {
            case 0 -> Op.create(path + "/" + any(names()), any(contents()));
            case 1 -> Op.set(path, any(contents()), Op.ANY_VERSION);
            default -> Op.delete(path, Op.ANY_VERSION);
        };
        boolean open = path.equals(Paths.generation(h.generation()));
        boolean child = op.kind() == Op.Kind.CREATE;
        if (child || !(ESSENTIAL.contains(path) || open)) {
            var unused = h.write(op);
        }
    }

    private List<String> names() {
        TransactionId id = transactions.isEmpty() ? h.id() : any(transactions);
        long next = h.generation() + 1;
        return List.of(
                "a",
                "b",
                "_participants",
                "page-0001",
                "page-0007",
                "page-999999999",
                "" + next,
                "1",
                "007",
                id.toString(),
                TransactionId.of(next, 7).toString(),
                TransactionId.of(999_999_999_999_999_999L, 7).toString(),
                "999999999999999999",
                "inbox",
                "heuristics",
                "x y",
                "op-" + random.nextInt(1_000));
    }

    private List<byte[]> contents() {
        TransactionId id = transactions.isEmpty() ? h.id() : any(transactions);
        byte[] open = Records.begin(Harness.record(Duration.ofSeconds(3)));
        byte[] listed = Records.begin(Harness.record(Duration.ofSeconds(3), "a", "b"));
        Operation abort = Operation.request(Operation.Kind.ABORT, id, "ann", "it hangs");
        Operation forget = Operation.request(Operation.Kind.FORGET, id, "ann", "mended");
        return List.of(
                new byte[0],
                new byte[] {0, 1, 2},
                "?".getBytes(StandardCharsets.UTF_8),
                "{\"v\":1}".getBytes(StandardCharsets.UTF_8),
                "{\"v\":1,\"participants\":[\"a\"],\"timeoutMillis\":1,\"initiator\":\"\\ud800\",\"x\":1e99999,\"\\udc00\":[{}]}"
                        .getBytes(StandardCharsets.UTF_8),
                open,
                listed,
                Records.decide(listed, new Verdict(Decision.COMMIT, 1, "")),
                Records.decide(listed, new Verdict(Decision.ABORT, 1, "x")),
                Records.decide(open, new Verdict(Decision.COMMIT, 1, "")),
                Records.list(List.of()),
                Records.list(List.of("b")),
                Records.slot(Harness.slot(Vote.YES)),
                Records.slot(Harness.slot(Vote.NO)),
                Records.slot(Harness.slot(Vote.DELEGATED).acknowledged(BranchOutcome.ABORTED, "")),
                Records.slot(Harness.slot(Vote.YES).acknowledged(BranchOutcome.HEURISTIC_ROLLBACK, "gone")),
                Records.inboxEntry(InboxEntry.work(new byte[] {-1})),
                Records.operation(abort),
                Records.operation(forget),
                Records.operation(abort.answered(new Operation.Result(true, "forged", Long.MAX_VALUE))),
                Records.historyPage(Map.of(id, OutcomeState.COMMITTED)),
                Records.currentGeneration(3),
                Records.generation(true));
    }
}
