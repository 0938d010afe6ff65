package dev.assent.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.coordinator.InterceptedStore.Fate;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Vote;
import dev.assent.store.Op;
import dev.assent.store.Operation;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Generations, collection, history. */
class CollectingTest {
    private static final Duration SEAL = Duration.ofSeconds(10);
    private static final Duration AGE = Duration.ofSeconds(60);

    private final Harness h = new Harness();
    private final Harness.Replica leader = h.lead(settings -> small(settings));

    private static CoordinatorConfig.Builder small(CoordinatorConfig.Builder settings) {
        return settings.generationSize(10).generationAge(AGE).sealDelay(SEAL).abortGrace(Duration.ofSeconds(30));
    }

    private TransactionId committed(String... participants) {
        TransactionId id = h.begin(participants);
        for (String name : participants) {
            h.vote(id, name, Vote.YES);
        }
        assertEquals(Decision.COMMIT, h.decision(id).decision());
        return id;
    }

    private boolean gone(TransactionId id) {
        return !h.exists(Paths.record(id));
    }

    @Test
    void aCommitGoesOnlyAfterItsSealAndEveryAcknowledgement() {
        TransactionId id = committed("a", "b");
        h.acknowledge(id, "a", BranchOutcome.COMMITTED);
        h.until("the generation is sealed", () -> h.ensemble.committed().version(Paths.generation(1)) == 1);
        h.pass(Duration.ofHours(2));
        assertFalse(gone(id), "b owes its acknowledgement");
        h.acknowledge(id, "b", BranchOutcome.COMMITTED);
        h.until("collected", () -> gone(id));
        assertEquals(OutcomeState.COMMITTED, h.history(1).get(id));
        List<Op> collection =
                h.writes.stream().filter(Harness::collects).findFirst().orElseThrow();
        assertEquals(
                List.of(
                        "CHECK /epoch@" + h.epoch(),
                        "DELETE " + Paths.slot(id, "a") + "@2",
                        "DELETE " + Paths.slot(id, "b") + "@2",
                        "DELETE " + Paths.record(id) + "@1",
                        "CREATE /history/1/page-0001"),
                collection.stream().map(Op::toString).toList());
    }

    /** A full batch waits for nobody, and leaves nothing behind that would hurry those after it. */
    @Test
    void whatEndsWithinAMomentIsCollectedTogether() {
        Harness pairs = new Harness();
        pairs.lead(settings -> small(settings).collectionBatch(2));
        List<TransactionId> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            TransactionId id = pairs.begin("a");
            pairs.vote(id, "a", Vote.YES);
            assertEquals(Decision.COMMIT, pairs.decision(id).decision());
            ids.add(id);
        }
        pairs.until("sealed", () -> pairs.ensemble.committed().version(Paths.generation(1)) == 1);
        for (List<TransactionId> two : List.of(ids.subList(0, 2), ids.subList(2, 4))) {
            two.forEach(id -> pairs.acknowledge(id, "a", BranchOutcome.COMMITTED));
            pairs.until("collected", () -> two.stream().noneMatch(id -> pairs.exists(Paths.record(id))));
            pairs.pass(Duration.ofSeconds(1));
        }
        assertEquals(2, pairs.writes.stream().filter(Harness::collects).count());
    }

    @Test
    void anAcknowledgedCommitStaysUntilItsGenerationIsSealed() {
        TransactionId id = committed("a");
        h.acknowledge(id, "a", BranchOutcome.COMMITTED);
        h.pass(AGE.minusSeconds(2));
        assertFalse(gone(id), "begins may still come");
        h.until("collected", () -> gone(id));
        assertEquals(1, h.ensemble.committed().version(Paths.generation(1)));
    }

    @Test
    void anAbortGoesAfterAGraceWithWhatItLeftInTheInboxes() {
        TransactionId id = h.begin(Duration.ofSeconds(1), "a", "b");
        h.vote(id, "a", Vote.YES);
        assertEquals(Decision.ABORT, h.decision(id).decision());
        h.until("collected", () -> gone(id));
        assertFalse(h.exists(Paths.inboxEntry("a", id)));
        assertFalse(h.exists(Paths.inboxEntry("b", id)));
        assertEquals(OutcomeState.ABORTED, h.history(1).get(id));
        List<Op> collection =
                h.writes.stream().filter(Harness::collects).findFirst().orElseThrow();
        assertTrue(Harness.touches(collection, Paths.inboxEntry("a", id)), "in the same multi");
    }

    @Test
    void whatTheAbortOfAnOpenTransactionCreatedGoesWithIt() {
        TransactionId id = h.begin(Duration.ofSeconds(1));
        assertEquals(Decision.ABORT, h.decision(id).decision());
        h.until("collected", () -> gone(id));
        assertFalse(h.exists(Paths.list(id)));
    }

    @Test
    void straysGoWithTheirTransaction() {
        TransactionId id = committed("a");
        h.ok(Op.createEmpty(Paths.record(id) + "/note"));
        h.acknowledge(id, "a", BranchOutcome.COMMITTED);
        h.until("collected", () -> gone(id));
    }

    @Test
    void aGenerationGoesWithItsInboxesInOneMulti() {
        TransactionId id = committed("a");
        h.acknowledge(id, "a", BranchOutcome.COMMITTED);
        h.until("generation 1 is gone", () -> !h.exists(Paths.generation(1)));
        List<Op> drop = h.writes.stream()
                .filter(ops -> ops.toString().contains("DELETE " + Paths.generation(1) + "]"))
                .findFirst()
                .orElseThrow();
        assertTrue(Harness.touches(drop, Paths.inbox("a", 1)));
        assertTrue(Harness.touches(drop, Paths.inbox("b", 1)));
        assertEquals(2, h.generation());
        assertTrue(h.exists(Paths.inbox("a", 2)));
        h.until("c1 knows", () -> leader.coordinator().status().oldestGeneration() == 2);
    }

    @Test
    void theInboxesAreThereBeforeTheirGenerationIsOpen() {
        h.begin("a");
        h.until("generation 2 is open", () -> h.generation() == 2);
        int inbox = indexOf(ops -> Harness.touches(ops, Paths.inbox("b", 2)));
        int open = indexOf(ops -> Harness.touches(ops, Paths.generation(2)));
        assertTrue(inbox < open, inbox + " " + open);
    }

    private int indexOf(Predicate<List<Op>> what) {
        for (int i = 0; i < h.writes.size(); i++) {
            if (what.test(h.writes.get(i))) {
                return i;
            }
        }
        throw new AssertionError("never written");
    }

    @Test
    void generationsRollUnderBeginsAndNothingIsLost() {
        List<TransactionId> ids = new ArrayList<>();
        for (int i = 0; i < 95; i++) {
            TransactionId id = h.begin("a");
            ids.add(id);
            h.vote(id, "a", i % 3 == 0 ? Vote.NO : Vote.YES);
            if (i % 3 != 0) {
                h.until("decided", () -> h.verdict(id).isPresent());
                h.acknowledge(id, "a", BranchOutcome.COMMITTED);
            }
        }
        assertTrue(h.generation() >= 9, "rolled to " + h.generation() + " by count");
        h.until("all are collected", () -> ids.stream().allMatch(this::gone));
        for (int i = 0; i < ids.size(); i++) {
            TransactionId id = ids.get(i);
            assertEquals(
                    i % 3 == 0 ? OutcomeState.ABORTED : OutcomeState.COMMITTED,
                    h.history(id.generation()).get(id));
        }
        h.until("old generations are gone", () -> leader.coordinator().status().oldestGeneration() == h.generation());
        h.until("c1 knows", () -> leader.counts().collected() == 95);
    }

    @Test
    void noBeginComesAfterTheSeal() {
        TransactionId before = h.begin("a");
        h.until("generation 2 is open", () -> h.generation() == 2);
        TransactionId between = TransactionId.of(1, 77);
        assertTrue(h.write(Harness.beginOps(between, Duration.ofHours(1), "a")).ok(), "not sealed yet");
        h.until("generation 1 is sealed", () -> h.ensemble.committed().version(Paths.generation(1)) == 1);
        WriteResult after = h.write(Harness.beginOps(TransactionId.of(1, 78), Duration.ofHours(1), "a"));
        assertEquals(WriteResult.Status.BAD_VERSION, after.status());
        h.vote(before, "a", Vote.NO);
        h.vote(between, "a", Vote.YES);
        assertEquals(Decision.COMMIT, h.decision(between).decision());
        h.acknowledge(between, "a", BranchOutcome.COMMITTED);
        h.until("collected", () -> gone(between));
        h.until("generation 1 is gone", () -> !h.exists(Paths.generation(1)));
        assertFalse(h.write(Harness.beginOps(TransactionId.of(1, 79), Duration.ofHours(1), "a"))
                .ok());
    }

    @Test
    void theCollectionOfOneThatChangedIsSingledOut() {
        TransactionId changed = h.begin(Duration.ofSeconds(1), "a");
        TransactionId other = h.begin(Duration.ofSeconds(1), "a");
        h.vote(changed, "a", Vote.NO);
        h.vote(other, "a", Vote.NO);
        leader.net().fates(ops -> Harness.collects(ops) ? Fate.HOLD : Fate.PASS);
        h.until("the collection is held back", () -> leader.net().held() == 1);
        h.ok(Op.createEmpty(Paths.record(changed) + "/note"));
        leader.net().fates(ops -> Fate.PASS);
        leader.net().release();
        h.until("both are collected", () -> gone(changed) && gone(other));
        assertEquals(WriteResult.Status.NOT_EMPTY, leader.net().late().get(0).status());
        assertEquals(2, h.history(1).size());
    }

    @Test
    void aCollectionThatMeetsALateHeuristicKeepsIt() {
        TransactionId id = h.begin(Duration.ofSeconds(1), "a", "b");
        h.vote(id, "a", Vote.YES);
        h.vote(id, "b", Vote.NO);
        assertEquals(Decision.ABORT, h.decision(id).decision());
        leader.net().fates(ops -> Harness.collects(ops) ? Fate.HOLD : Fate.PASS);
        h.until(
                "the grace is over, the collection is held back",
                () -> leader.net().held() == 1);
        assertTrue(h.acknowledge(id, "a", BranchOutcome.HEURISTIC_COMMIT).ok());
        leader.net().fates(ops -> Fate.PASS);
        leader.net().release();
        h.until("collected", () -> gone(id));
        Records.Heuristic heuristic = Records.heuristic(h.ensemble.committed().data(Paths.historyHeuristic(id)));
        assertEquals(OutcomeState.ABORTED, heuristic.outcome());
        assertEquals(BranchOutcome.HEURISTIC_COMMIT, heuristic.branches().get("a"));
        assertEquals("seen in the resource", heuristic.details().get("a"));
        assertEquals(1, leader.counts().heuristics());
    }

    @Test
    void aHeuristicOutcomeOutlivesItsPageUntilItIsForgotten() {
        TransactionId id = committed("a");
        h.acknowledge(id, "a", BranchOutcome.HEURISTIC_ROLLBACK);
        h.until("collected", () -> gone(id));
        h.ok(Op.createEmpty(Paths.heuristics("a")), Op.createEmpty(Paths.heuristic("a", id)));
        var unused = leader.coordinator().close();
        Harness.Replica next = h.start("c2", settings -> small(settings).historyGenerations(1));
        h.until("c2 leads", next::leads);
        TransactionId newer = committed("a");
        h.acknowledge(newer, "a", BranchOutcome.COMMITTED);
        h.until("the next generation is in the history", () -> gone(newer));
        h.until("the page is evicted", () -> h.history(1).isEmpty());
        h.pass(Duration.ofHours(1));
        assertTrue(h.exists(Paths.historyHeuristic(id)), "kept until an operator forgets it");
        Operation.Result result = h.operate("op-1", Operation.Kind.FORGET, id);
        assertTrue(result.done(), result.detail());
        assertFalse(h.exists(Paths.historyHeuristic(id)));
        assertFalse(h.exists(Paths.heuristic("a", id)));
        h.until("the emptied history goes", () -> !h.exists(Paths.history(1)));
        assertTrue(h.exists(Paths.history(2)));
    }

    @Test
    void aCommitWithoutAReadableVoteIsNeverCollected() {
        TransactionId id = committed("a", "b");
        h.acknowledge(id, "a", BranchOutcome.COMMITTED);
        h.ok(Op.set(Paths.slot(id, "b"), "?".getBytes(StandardCharsets.UTF_8), 1));
        TransactionId vanished = committed("a", "b");
        h.acknowledge(vanished, "a", BranchOutcome.COMMITTED);
        h.ok(Op.delete(Paths.slot(vanished, "b"), 1));
        h.pass(Duration.ofHours(3));
        assertFalse(gone(id));
        assertFalse(gone(vanished));
    }

    @Test
    void everyKindOfWriteMayBeLostAndEverythingStillEnds() {
        List<Predicate<List<Op>>> kinds = List.of(
                Harness::decides,
                Harness::collects,
                ops -> Harness.touches(ops, Paths.TRANSACTIONS),
                ops -> ops.stream()
                        .anyMatch(op -> op.kind() == Op.Kind.SET
                                && Paths.parent(op.path()).equals(Paths.TRANSACTIONS)),
                ops -> ops.stream()
                        .anyMatch(op -> op.kind() == Op.Kind.CREATE && op.path().startsWith(Paths.PARTICIPANTS)),
                ops -> ops.stream()
                        .anyMatch(op -> op.kind() == Op.Kind.CREATE && op.path().startsWith(Paths.HISTORY)),
                ops -> ops.stream()
                        .anyMatch(op -> op.kind() == Op.Kind.DELETE
                                && Paths.parent(op.path()).equals(Paths.TRANSACTIONS)));
        for (int kind = 0; kind < kinds.size(); kind++) {
            for (Fate fate : List.of(Fate.LOSE, Fate.LOSE_ANSWER, Fate.LOSE_AND_SEND_LATE)) {
                loseThree(kinds.get(kind), fate, "kind " + kind + " " + fate);
            }
        }
    }

    private static void loseThree(Predicate<List<Op>> kind, Fate fate, String what) {
        Harness h = new Harness();
        Harness.Replica leader = h.lead(CollectingTest::small);
        int[] left = {3};
        leader.net().fates(ops -> {
            if (left[0] > 0 && kind.test(ops)) {
                left[0]--;
                // It lands while the leader is at the next step.
                h.loop.schedule(Duration.ofMillis(35), () -> leader.net().release());
                return fate;
            }
            return Fate.PASS;
        });
        TransactionId yes = h.begin("a", "b");
        TransactionId no = h.begin("a", "b");
        TransactionId open = h.begin(Duration.ofSeconds(1));
        h.vote(yes, "a", Vote.YES);
        h.vote(yes, "b", Vote.YES);
        h.vote(no, "a", Vote.YES);
        h.vote(no, "b", Vote.NO);
        h.until(
                what + ": decided",
                () -> List.of(yes, no, open).stream()
                        .allMatch(id -> h.verdict(id).isPresent()));
        assertTrue(h.decided(yes, Decision.COMMIT), what);
        assertTrue(h.decided(no, Decision.ABORT), what);
        assertTrue(h.decided(open, Decision.ABORT), what);
        assertTrue(h.acknowledge(yes, "a", BranchOutcome.COMMITTED).ok(), what);
        assertTrue(h.acknowledge(yes, "b", BranchOutcome.COMMITTED).ok(), what);
        h.until(what + ": generation 1 is gone", () -> !h.exists(Paths.generation(1)));
        assertEquals(OutcomeState.COMMITTED, h.history(1).get(yes), what);
        assertEquals(OutcomeState.ABORTED, h.history(1).get(no), what);
        assertEquals(OutcomeState.ABORTED, h.history(1).get(open), what);
        assertEquals(3, h.history(1).size(), what);
        assertTrue(left[0] < 3, what + ": nothing was lost");
        assertEquals(2, h.generation(), what);
        assertEquals(1, leader.counts().terms(), what);
    }

    @Test
    void garbageInAGenerationKeepsItAndNothingElse() {
        h.ok(Op.createEmpty(Paths.generation(1) + "/readme"));
        TransactionId id = committed("a");
        h.acknowledge(id, "a", BranchOutcome.COMMITTED);
        TransactionId deep = committed("a");
        h.acknowledge(deep, "a", BranchOutcome.COMMITTED);
        h.ok(Op.createEmpty(Paths.slot(deep, "a") + "/below"));
        h.until("collected", () -> gone(id));
        h.until("generation 2 is open", () -> h.generation() == 2);
        TransactionId next = committed("a");
        h.acknowledge(next, "a", BranchOutcome.COMMITTED);
        h.until("generation 2 is gone", () -> h.generation() == 3 && !h.exists(Paths.generation(2)));
        assertTrue(h.exists(Paths.generation(1)));
        assertFalse(gone(deep));
        int before = h.writes.size();
        h.pass(Duration.ofMinutes(10));
        assertTrue(h.writes.size() - before < 50, "no hot loop: " + (h.writes.size() - before) + " writes");
    }

    @Test
    void inboxesOfGenerationsThatAreGoneAreSwept() {
        TransactionId id = committed("a");
        h.acknowledge(id, "a", BranchOutcome.COMMITTED);
        h.until("generation 1 is gone", () -> !h.exists(Paths.generation(1)));
        h.ok(Op.createEmpty(Paths.inbox("a", 1)), Op.createEmpty(Paths.inboxEntry("a", id)));
        h.ok(Op.delete(Paths.inbox("b", h.generation()), Op.ANY_VERSION));
        h.until("swept", () -> !h.exists(Paths.inbox("a", 1)));
        h.until("added", () -> h.exists(Paths.inbox("b", h.generation())));
    }

    @Test
    void aNextGenerationThatSomebodyElseMadeIsSkipped() {
        h.ok(Op.createEmpty(Paths.generation(2)));
        h.begin("a");
        h.until("rolled", () -> h.generation() > 1);
        assertEquals(3, h.generation());
    }

    @Test
    void aSealThatNoLeaderWroteOpensTheNextGeneration() {
        h.ok(Op.set(Paths.generation(1), Records.generation(true), 0));
        h.until("rolled", () -> h.generation() == 2);
        committed("a");
    }

    @Test
    void aTransactionBeyondTheBoundOfChildrenHarmsNoOther() {
        TransactionId crowded = committed("a");
        for (int i = 0; i < 11; i++) {
            List<Op> strays = new ArrayList<>();
            for (int j = 0; j < 100; j++) {
                strays.add(Op.createEmpty(Paths.record(crowded) + "/n" + i + "-" + j));
            }
            assertTrue(h.write(strays).ok());
        }
        h.acknowledge(crowded, "a", BranchOutcome.COMMITTED);
        TransactionId id = committed("a");
        h.acknowledge(id, "a", BranchOutcome.COMMITTED);
        h.until("collected", () -> gone(id));
        h.pass(Duration.ofMinutes(5));
        assertFalse(gone(crowded));
        assertEquals(1, leader.counts().terms());
    }

    @Test
    void aPageIsReadAgainAfterACollectionWhoseAnswerWasLost() {
        TransactionId first = committed("a");
        TransactionId second = committed("a");
        h.until("generation 1 is sealed", () -> h.ensemble.committed().version(Paths.generation(1)) == 1);
        leader.net().fates(ops -> Harness.collects(ops) ? Fate.LOSE_ANSWER : Fate.PASS);
        h.acknowledge(first, "a", BranchOutcome.COMMITTED);
        h.until("collected", () -> gone(first));
        leader.net().fates(ops -> Fate.PASS);
        h.acknowledge(second, "a", BranchOutcome.COMMITTED);
        h.until("collected", () -> gone(second));
        assertEquals(2, h.history(1).size());
    }
}
