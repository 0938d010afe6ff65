package dev.assent.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.client.ScriptedStore.Fate;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A begin whose answer is lost, comes late, or meets what is there already (rule 6). */
class LostBeginTest extends InitiatorFixture {
    @Test
    void lostBeginThatHappenedIsRecognisedByItsRecord() {
        hand.installed().registered("orders");
        store.script(Fate.APPLIED_AND_LOST);
        GlobalTransaction transaction = begin("orders");
        TransactionId id = only(1);
        assertEquals(store.written.get(0), store.written.get(1), "the repeated begin is the same multi");
        hand.decide(id, Decision.COMMIT, "");
        assertEnds(Answer.Kind.COMMITTED, id, transaction);
    }

    @Test
    void lostBeginThatNeverHappenedIsBegunOnce() {
        hand.installed().registered("orders");
        store.script(Fate.LOST, Fate.LOST);
        GlobalTransaction transaction = begin("orders");
        loop.run(Duration.ofSeconds(1));
        TransactionId id = only(1);
        assertEquals(3, store.written.size());
        hand.decide(id, Decision.ABORT, "no");
        assertEnds(Answer.Kind.ABORTED, id, transaction);
    }

    @Test
    void lostBeginThatHappensAfterItsRepetitionChangesNothing() {
        hand.installed().registered("orders");
        store.script(Fate.LATE);
        GlobalTransaction transaction = begin("orders");
        TransactionId id = only(1);
        List<String> before = hand.tree().describe();
        store.releaseLate();
        loop.settle();
        assertEquals(before, hand.tree().describe());
        hand.decide(id, Decision.COMMIT, "");
        assertEnds(Answer.Kind.COMMITTED, id, transaction);
    }

    @Test
    void sealedAfterALostBeginIsLookedUpInTheHistory() {
        for (OutcomeState outcome : List.of(OutcomeState.COMMITTED, OutcomeState.ABORTED)) {
            LostBeginTest fresh = new LostBeginTest();
            fresh.replayMeetsSealedGeneration(outcome);
        }
    }

    private void replayMeetsSealedGeneration(OutcomeState outcome) {
        hand.installed().registered("orders");
        memoryAnswersAfter(() -> {
            TransactionId id = only(1);
            hand.decide(id, outcome == OutcomeState.COMMITTED ? Decision.COMMIT : Decision.ABORT, "");
            hand.roll(1, "orders");
            hand.collect(id, outcome);
        });
        GlobalTransaction transaction = begin("orders");
        Answer answer = loop.await(transaction.answer());
        assertEquals(outcome.name(), answer.kind().name());
        assertTrue(store.barriers > 0, "asked without a quorum write");
        assertEquals(List.of(), hand.transactions(2), "begun again in another generation");
    }

    /** The first begin happens and is lost; before it is repeated, {@code meanwhile} happens. */
    private void memoryAnswersAfter(Runnable meanwhile) {
        store.script(Fate.APPLIED_AND_LOST);
        store.afterFirstWrite = meanwhile;
    }

    @Test
    void sealedAfterALostBeginWithoutAnyTraceIsUnknownAndNeverAborted() {
        hand.installed().registered("orders");
        store.script(Fate.LOST);
        store.afterFirstWrite = () -> hand.roll(1, "orders");
        Answer answer = loop.await(begin("orders").answer());
        assertEquals(Answer.Kind.UNKNOWN, answer.kind(), answer::toString);
        assertEquals(1, answer.id().orElseThrow().generation());
        assertEquals(List.of(), hand.transactions(2), "begun again in another generation");
        assertTrue(answer.reason().contains("sealed"), answer::reason);
    }

    @Test
    void committedAndEvictedWhileTheBeginWasRepeatedIsUnknown() {
        hand.installed().registered("orders");
        memoryAnswersAfter(() -> {
            TransactionId id = only(1);
            hand.decide(id, Decision.COMMIT, "");
            hand.roll(1, "orders");
            hand.forget(id);
        });
        assertEquals(Answer.Kind.UNKNOWN, loop.await(begin("orders").answer()).kind());
    }

    @Test
    void firstBeginInASealedGenerationTakesANewIdInTheOpenOne() {
        store.loseHints = true;
        hand.installed().registered("orders");
        GlobalTransaction first = begin("orders");
        hand.roll(1, "orders");
        GlobalTransaction second = begin("orders");
        TransactionId id = only(2);
        assertNotEquals(only(1).suffix(), id.suffix());
        hand.decide(id, Decision.COMMIT, "");
        assertEnds(Answer.Kind.COMMITTED, id, second);
        assertFalse(first.answer().isDone());
    }

    /** The first id that this test's random numbers give. */
    private TransactionId firstId() {
        InitiatorTest same = new InitiatorTest();
        same.hand.installed().registered("orders");
        same.begin("orders");
        return same.only(1);
    }

    private void somebodyElseBegan(TransactionId id) {
        TransactionRecord other =
                BeginRequest.of(Map.of("orders", bytes("for orders")), TIMEOUT).record("somebody-else-1");
        hand.write(Op.create(Paths.record(id), Records.begin(other)), Op.createEmpty(Paths.slot(id, "orders")));
    }

    @Test
    void idOfSomebodyElseIsNotTakenForItsOwn() {
        TransactionId taken = firstId();
        hand.installed().registered("orders");
        somebodyElseBegan(taken);
        GlobalTransaction transaction = begin("orders");
        assertEquals(2, hand.transactions(1).size());
        hand.decide(taken, Decision.COMMIT, "");
        loop.run(Duration.ofSeconds(1));
        assertFalse(transaction.answer().isDone(), "took somebody else's decision for its own");
    }

    @Test
    void idOfSomebodyElseAfterALostBeginIsUnknown() {
        TransactionId taken = firstId();
        hand.installed().registered("orders");
        somebodyElseBegan(taken);
        hand.decide(taken, Decision.COMMIT, "");
        store.script(Fate.LOST);
        GlobalTransaction transaction = begin("orders");
        loop.run(Duration.ofSeconds(1));
        assertTrue(transaction.answer().isDone(), "waits for the end of somebody else's transaction");
        assertEnds(Answer.Kind.UNKNOWN, taken, transaction);
    }

    @Test
    void existingInboxEntryIsNoProofOfABegin() {
        TransactionId id = firstId();
        hand.installed().registered("orders");
        hand.write(Op.create(Paths.inboxEntry("orders", id), bytes("left behind")));
        begin("orders");
        assertNotEquals(id, only(1));
    }

    @Test
    void timeoutThatTheRecordRoundsIsStillItsOwn() {
        hand.installed().registered("orders");
        store.script(Fate.APPLIED_AND_LOST);
        GlobalTransaction transaction =
                initiator.begin(BeginRequest.of(Map.of("orders", bytes("x")), TIMEOUT.plusNanos(1)));
        loop.settle();
        hand.decide(only(1), Decision.COMMIT, "");
        assertEnds(Answer.Kind.COMMITTED, only(1), transaction);
    }
}
