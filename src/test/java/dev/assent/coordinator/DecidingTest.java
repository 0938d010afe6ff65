package dev.assent.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Verdict;
import dev.assent.protocol.Vote;
import dev.assent.store.Op;
import dev.assent.store.Operation;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a single leader decides, from the votes, its clock and its operators. */
class DecidingTest {
    private final Harness h = new Harness();
    private final Harness.Replica leader = h.lead(settings -> settings);

    @Test
    void commitsWhenEveryListedParticipantIsPrepared() {
        TransactionId id = h.begin("a", "b");
        assertTrue(h.vote(id, "a", Vote.YES).ok());
        h.pass(Duration.ofSeconds(5));
        assertTrue(h.verdict(id).isEmpty(), "a vote is missing");
        assertTrue(h.vote(id, "b", Vote.READ_ONLY).ok());
        assertEquals(new Verdict(Decision.COMMIT, h.epoch(), ""), h.decision(id));
        List<Op> decision =
                h.writes.stream().filter(Harness::decides).findFirst().orElseThrow();
        assertEquals(
                List.of(
                        "CHECK /epoch@" + h.epoch(),
                        "SET " + Paths.record(id) + "@0",
                        "CHECK " + Paths.slot(id, "a") + "@1",
                        "CHECK " + Paths.slot(id, "b") + "@1"),
                decision.stream().map(Op::toString).toList());
        h.until("c1 knows", () -> leader.counts().committed() == 1);
    }

    @Test
    void abortsOnNoWithItsReason() {
        TransactionId id = h.begin("a", "b");
        h.vote(id, "b", Vote.NO);
        Verdict verdict = h.decision(id);
        assertEquals(Decision.ABORT, verdict.decision());
        assertEquals("b voted NO: no money", verdict.reason());
        // Rule 2: no vote lands after a decision.
        assertEquals(WriteResult.Status.BAD_VERSION, h.vote(id, "a", Vote.YES).status());
    }

    @Test
    void abortsAfterTheTimeoutOnItsOwnClockAndNotBefore() {
        TransactionId id = h.begin(Duration.ofSeconds(20), "a", "b");
        h.vote(id, "a", Vote.YES);
        h.pass(Duration.ofSeconds(19));
        assertTrue(h.verdict(id).isEmpty());
        assertTrue(leader.coordinator().status().oldestUndecided().compareTo(Duration.ofSeconds(18)) > 0);
        h.pass(Duration.ofSeconds(2));
        assertEquals("timeout of 20000 ms; no vote of [b]", h.decision(id).reason());
        h.until("c1 knows", () -> leader.counts().timeouts() == 1);
    }

    @Test
    void aTimeoutBeyondAllClocksIsNoDefect() {
        TransactionId endless = h.begin(Duration.ofMillis(Long.MAX_VALUE), "a");
        TransactionId other = h.begin("a");
        h.vote(other, "a", Vote.YES);
        assertEquals(Decision.COMMIT, h.decision(other).decision());
        h.vote(endless, "a", Vote.YES);
        assertEquals(Decision.COMMIT, h.decision(endless).decision());
    }

    @Test
    void anOpenTransactionIsAbortedByCreatingItsList() {
        TransactionId id = h.begin(Duration.ofSeconds(20));
        h.pass(Duration.ofSeconds(19));
        assertTrue(h.verdict(id).isEmpty());
        assertEquals(Decision.ABORT, h.decision(id).decision());
        assertEquals(List.of(), Records.list(h.ensemble.committed().data(Paths.list(id))));
        assertEquals(
                WriteResult.Status.NODE_EXISTS,
                h.write(Op.create(Paths.list(id), Records.list(List.of("a")))).status());
    }

    @Test
    void aClosedListOfEnlistedWorkIsVotedOnLikeAnyOther() {
        TransactionId id = h.begin(Duration.ofSeconds(20));
        h.pass(Duration.ofSeconds(1));
        h.ok(
                Op.check(Paths.record(id), 0),
                Op.create(Paths.list(id), Records.list(List.of("a"))),
                Op.createEmpty(Paths.slot(id, "a")));
        h.vote(id, "a", Vote.YES);
        assertEquals(Decision.COMMIT, h.decision(id).decision());
        List<Op> decision =
                h.writes.stream().filter(Harness::decides).findFirst().orElseThrow();
        assertTrue(decision.toString().contains("CHECK " + Paths.list(id) + "@0"), decision.toString());
    }

    @Test
    void anEmptyClosedListAborts() {
        TransactionId id = h.begin(Duration.ofHours(1));
        h.ok(Op.check(Paths.record(id), 0), Op.create(Paths.list(id), Records.list(List.of())));
        assertEquals("closed with an empty list", h.decision(id).reason());
    }

    @Test
    void onePhaseIsDecidedAsTheParticipantReportsIt() {
        TransactionId committed = h.begin("a");
        TransactionId fenced = h.begin("a");
        for (TransactionId id : List.of(committed, fenced)) {
            assertTrue(h.vote(id, "a", Vote.DELEGATED).ok());
        }
        h.pass(Harness.TIMEOUT.multipliedBy(2));
        assertTrue(h.verdict(committed).isEmpty(), "DELEGATED at version 1 forbids every decision");
        report(committed, BranchOutcome.COMMITTED);
        report(fenced, BranchOutcome.ABORTED);
        assertEquals(Decision.COMMIT, h.decision(committed).decision());
        assertEquals(Decision.ABORT, h.decision(fenced).decision());
    }

    private void report(TransactionId id, BranchOutcome outcome) {
        h.ok(
                Op.check(Paths.record(id), 0),
                Op.set(
                        Paths.slot(id, "a"),
                        Records.slot(Harness.slot(Vote.DELEGATED).acknowledged(outcome, "")),
                        1));
    }

    @Test
    void anOperatorAbortsWhatIsStillOpen() {
        TransactionId id = h.begin(Duration.ofHours(1), "a", "b");
        h.vote(id, "a", Vote.YES);
        Operation.Result result = h.operate("op-1", Operation.Kind.ABORT, id);
        assertTrue(result.done(), result.detail());
        assertEquals(h.epoch(), result.epoch());
        assertEquals("operation op-1 by ann: it hangs", h.decision(id).reason());
    }

    @Test
    void anOperatorIsRefusedOnceTheOutcomeIsDetermined() {
        TransactionId id = h.begin(Duration.ofHours(1), "a", "b");
        // Every vote is there, and no decision can be written: the operator comes between.
        leader.net().fates(ops -> Harness.decides(ops) ? InterceptedStore.Fate.HOLD : InterceptedStore.Fate.PASS);
        h.vote(id, "a", Vote.YES);
        h.vote(id, "b", Vote.YES);
        h.until("the decision is held back", () -> leader.net().held() == 1);
        h.ok(Op.create(
                Paths.operation("op-1"),
                Records.operation(Operation.request(Operation.Kind.ABORT, id, "ann", "too slow"))));
        h.pass(Duration.ofSeconds(1));
        leader.net().fates(ops -> InterceptedStore.Fate.PASS);
        leader.net().release();
        h.until("answered", () -> h.answer("op-1").isPresent());
        Operation.Result result = h.answer("op-1").orElseThrow();
        assertFalse(result.done());
        assertTrue(result.detail().startsWith("already determined"), result.detail());
        assertEquals(Decision.COMMIT, h.decision(id).decision());
    }

    @Test
    void anOperatorIsRefusedAfterTheDecisionAndForWhatNeverWas() {
        TransactionId id = h.begin("a");
        h.vote(id, "a", Vote.YES);
        h.decision(id);
        assertEquals(
                "already decided: COMMIT",
                h.operate("op-1", Operation.Kind.ABORT, id).detail());
        Operation.Result unknown = h.operate("op-2", Operation.Kind.ABORT, h.id());
        assertFalse(unknown.done());
        assertTrue(unknown.detail().contains("no transaction of this id"), unknown.detail());
        assertFalse(h.operate("op-3", Operation.Kind.FORGET, id).done());
    }

    @Test
    void anIdThatAnOperatorAskedForTooEarlyCanStillBeBegun() {
        TransactionId id = h.id();
        assertFalse(h.operate("op-1", Operation.Kind.ABORT, id).done());
        assertTrue(h.write(Harness.beginOps(id, Harness.TIMEOUT, "a")).ok());
        h.vote(id, "a", Vote.YES);
        assertEquals(Decision.COMMIT, h.decision(id).decision());
    }

    @Test
    void answeredOperationsAreBounded() {
        Harness other = new Harness();
        other.lead(settings -> settings.operationsKept(3));
        for (int i = 0; i < 8; i++) {
            other.operate("op-" + i, Operation.Kind.ABORT, other.id());
        }
        other.pass(Duration.ofSeconds(1));
        assertEquals(
                List.of("op-5", "op-6", "op-7"),
                other.ensemble.committed().children(Paths.OPERATIONS).orElseThrow());
    }

    @Test
    void anUnreadableVoteStaysUndecidedUnlessAnotherSlotForbidsCommit() {
        TransactionId stuck = h.begin("a", "b");
        TransactionId aborted = h.begin("a", "b");
        byte[] garbage = "YES!".getBytes(StandardCharsets.UTF_8);
        for (TransactionId id : List.of(stuck, aborted)) {
            h.ok(Op.set(Paths.slot(id, "b"), garbage, 0));
        }
        h.vote(stuck, "a", Vote.YES);
        h.pass(Harness.TIMEOUT.multipliedBy(5));
        assertTrue(h.verdict(stuck).isEmpty(), "nothing forbids COMMIT");
        assertTrue(h.decided(aborted, Decision.ABORT), "a never voted: its slot forbids COMMIT");
        Operation.Result result = h.operate("op-1", Operation.Kind.ABORT, stuck);
        assertFalse(result.done());
        assertTrue(result.detail().contains("no slot forbids COMMIT"), result.detail());
        assertTrue(leader.counts().garbage() > 0);
    }

    @Test
    void garbageIsReportedAndSteppedOver() {
        byte[] garbage = "{\"v\":2}".getBytes(StandardCharsets.UTF_8);
        TransactionId malformed = h.id();
        TransactionId undecidedTwice = h.id();
        TransactionId ephemeral = h.id();
        h.ok(
                Op.create(Paths.TRANSACTIONS + "/lost+found", garbage),
                Op.create(Paths.generation(7), garbage),
                Op.create(Paths.generation(1) + "/readme", garbage),
                Op.create(Paths.record(malformed), garbage),
                Op.create(Paths.record(undecidedTwice), Records.begin(Harness.record(Harness.TIMEOUT, "a"))),
                Op.createEmpty(Paths.slot(undecidedTwice, "a")),
                Op.createEphemeral(Paths.record(ephemeral), Records.begin(Harness.record(Harness.TIMEOUT, "a"))));
        h.ok(Op.set(Paths.record(undecidedTwice), Records.begin(Harness.record(Harness.TIMEOUT, "a")), 0));
        TransactionId aclChanged = h.begin("a");
        h.ensemble.changeAcl(Paths.record(aclChanged), false);
        h.vote(aclChanged, "a", Vote.YES);
        TransactionId good = h.begin("a");
        h.vote(good, "a", Vote.YES);
        assertEquals(Decision.COMMIT, h.decision(good).decision());
        h.pass(Harness.TIMEOUT.multipliedBy(3));
        for (TransactionId id : List.of(undecidedTwice, ephemeral, aclChanged)) {
            assertTrue(h.verdict(id).isEmpty(), id + " must not be decided");
        }
        assertTrue(leader.counts().garbage() >= 6, leader.counts().toString());
        assertTrue(leader.leads());
        assertEquals(1, leader.counts().terms());
    }

    @Test
    void aRecordThatMayNotBeReadHarmsNoOther() {
        TransactionId closed = h.begin("a");
        h.ensemble.changeAcl(Paths.record(closed), true);
        TransactionId good = h.begin("a");
        h.vote(good, "a", Vote.YES);
        assertEquals(Decision.COMMIT, h.decision(good).decision());
        assertEquals(1, leader.counts().terms());
    }

    @Test
    void aLostHintIsMadeUpForByTheNextRescan() {
        h.pass(Duration.ofSeconds(1));
        leader.net().deaf = true;
        TransactionId id = h.begin(Duration.ofHours(1), "a");
        h.vote(id, "a", Vote.YES);
        assertEquals(Decision.COMMIT, h.decision(id).decision());
        assertTrue(h.loop.nanoTime() > Duration.ofSeconds(29).toNanos(), "only the rescan can have found it");
    }

    @Test
    void decisionsThatWaitGoTogetherAndOneThatFailsIsSingledOut() {
        leader.net().fates(ops -> Harness.decides(ops) ? InterceptedStore.Fate.HOLD : InterceptedStore.Fate.PASS);
        TransactionId first = h.begin("a");
        h.vote(first, "a", Vote.YES);
        h.until("the first decision waits for its answer", () -> leader.net().held() == 1);
        TransactionId committed = h.begin("a");
        h.vote(committed, "a", Vote.YES);
        TransactionId aborted = h.begin(Duration.ofSeconds(1), "a");
        TransactionId moved = h.begin(Duration.ofSeconds(1), "a");
        h.pass(Duration.ofSeconds(3));
        // Its vote comes after the ABORT was put together.
        h.vote(moved, "a", Vote.YES);
        leader.net().fates(ops -> InterceptedStore.Fate.PASS);
        leader.net().release();
        assertEquals(Decision.COMMIT, h.decision(committed).decision());
        assertEquals(Decision.ABORT, h.decision(aborted).decision());
        assertEquals(Decision.COMMIT, h.decision(moved).decision());
        long together = h.writes.stream()
                .filter(ops -> Harness.touches(ops, Paths.record(committed))
                        && Harness.touches(ops, Paths.record(aborted))
                        && Harness.decides(ops))
                .count();
        assertEquals(1, together);
    }

    @Test
    void whatExceedsTheBoundWaits() {
        Harness other = new Harness();
        Harness.Replica small = other.lead(settings -> settings.generationSize(3)
                .maxPending(3)
                .sealDelay(Duration.ofSeconds(1))
                .generationAge(Duration.ofHours(9)));
        List<TransactionId> ids = new java.util.ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(other.begin(Duration.ofHours(1), "a"));
        }
        other.pass(Duration.ofSeconds(2));
        TransactionId late = other.begin(Duration.ofHours(1), "a");
        other.vote(late, "a", Vote.NO);
        other.pass(Duration.ofMinutes(2));
        assertTrue(other.verdict(late).isEmpty(), "there is no room for it yet");
        assertTrue(small.counts().skipped() > 0);
        ids.forEach(id -> other.vote(id, "a", Vote.NO));
        assertEquals(Decision.ABORT, other.decision(late).decision());
    }
}
