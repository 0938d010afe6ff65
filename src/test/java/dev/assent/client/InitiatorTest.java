package dev.assent.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import dev.assent.client.ScriptedStore.Fate;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Verdict;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Begin and what follows it, against an ensemble in memory whose coordinator is written by hand. */
class InitiatorTest extends InitiatorFixture {
    @Test
    void beginsRecordSlotsAndInboxEntriesInOneStep() {
        hand.installed().registered("orders", "payments");
        GlobalTransaction transaction = begin("orders", "payments");
        TransactionId id = only(1);
        assertEquals(
                List.of(
                        "CHECK /transactions/1@0",
                        "CREATE /transactions/1/" + id,
                        "CREATE /transactions/1/" + id + "/orders",
                        "CREATE /transactions/1/" + id + "/payments",
                        "CREATE /participants/orders/inbox/1/" + id,
                        "CREATE /participants/payments/inbox/1/" + id),
                store.written.get(0).stream().map(Op::toString).toList());
        assertEquals(1, store.written.size());
        byte[] entry = hand.tree().data(Paths.inboxEntry("payments", id));
        assertEquals("for payments", new String(Records.inboxEntry(entry).payload(), StandardCharsets.UTF_8));
        assertFalse(transaction.answer().isDone());

        hand.decide(id, Decision.COMMIT, "");
        assertEnds(Answer.Kind.COMMITTED, id, transaction);
    }

    @Test
    void abortsWithTheLeadersReason() {
        hand.installed().registered("orders");
        GlobalTransaction transaction = begin("orders");
        hand.decide(only(1), Decision.ABORT, "'orders' voted NO: out of stock");
        Answer answer = loop.await(transaction.answer());
        assertEquals(Answer.Kind.ABORTED, answer.kind());
        assertEquals("'orders' voted NO: out of stock", answer.reason());
    }

    @Test
    void decisionAtAnotherVersionIsNone() {
        hand.installed().registered("orders");
        GlobalTransaction transaction = begin("orders");
        TransactionId id = only(1);
        hand.write(Op.set(Paths.record(id), hand.tree().data(Paths.record(id)), 0));
        byte[] forged = Records.decide(hand.tree().data(Paths.record(id)), new Verdict(Decision.COMMIT, 3, ""));
        hand.write(Op.set(Paths.record(id), forged, 1));
        assertEnds(Answer.Kind.UNKNOWN, id, transaction);
    }

    @Test
    void emptyListIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> BeginRequest.of(Map.of(), TIMEOUT));
    }

    @Test
    void unregisteredParticipantIsRefusedByName() {
        hand.installed().registered("orders");
        Answer answer = loop.await(begin("orders", "paymnets").answer());
        assertRefused(Refusal.Cause.UNKNOWN_PARTICIPANT, answer);
        assertTrue(answer.reason().contains("'paymnets'"), answer::reason);
        assertEquals(List.of(), hand.transactions(1));
    }

    @Test
    void waitsForTheInboxOfARegisteredParticipant() {
        hand.installed().registered("orders");
        hand.write(Op.delete(Paths.inbox("orders", 1), 0));
        GlobalTransaction transaction = begin("orders");
        loop.run(Duration.ofSeconds(2));
        hand.write(Op.createEmpty(Paths.inbox("orders", 1)));
        loop.run(Duration.ofSeconds(3));
        TransactionId id = only(1);
        hand.decide(id, Decision.COMMIT, "");
        assertEnds(Answer.Kind.COMMITTED, id, transaction);
    }

    @Test
    void refusesWhereTheInboxNeverComes() {
        hand.installed().registered("orders");
        hand.write(Op.delete(Paths.inbox("orders", 1), 0));
        Answer answer = loop.await(begin("orders").answer());
        assertRefused(Refusal.Cause.NOT_READY, answer);
        assertTrue(answer.reason().contains("no inbox for generation 1"), answer::reason);
        assertTrue(store.written.size() < 40, () -> store.written.size() + " begins in ten seconds: a hot loop");
    }

    @Test
    void unreachableStoreIsRefusedWithItsAddressAndTheTime() {
        memory.cutConnection();
        loop.settle();
        Answer answer = loop.await(begin("orders").answer());
        assertRefused(Refusal.Cause.UNREACHABLE, answer);
        assertTrue(answer.reason().contains("zk1:2181") && answer.reason().contains("PT10S"), answer::reason);
    }

    @Test
    void emptyTreeIsRefusedAndNamesTheNextStep() {
        Answer answer = loop.await(begin("orders").answer());
        assertRefused(Refusal.Cause.NOT_READY, answer);
        assertTrue(answer.reason().contains("start a coordinator"), answer::reason);
    }

    @Test
    void unansweredBeginIsUnknownWithItsId() {
        hand.installed().registered("orders");
        store.script(Fate.UNANSWERED);
        GlobalTransaction transaction = begin("orders");
        loop.run(TIMEOUT.plus(PATIENCE).minusMillis(1));
        assertFalse(transaction.answer().isDone());
        assertEnds(Answer.Kind.UNKNOWN, only(1), transaction);
    }

    @Test
    void undecidedAtTheDeadlineIsUnknownWithItsId() {
        hand.installed().registered("orders");
        GlobalTransaction transaction = begin("orders");
        TransactionId id = only(1);
        assertEnds(Answer.Kind.UNKNOWN, id, transaction);
        hand.decide(id, Decision.COMMIT, "");
        assertEquals(
                OutcomeState.COMMITTED,
                loop.await(initiator.outcome(id, TIMEOUT)).state());
    }

    @Test
    void learnsTheDecisionThatFellWhileItWasCutOff() {
        hand.installed().registered("orders");
        GlobalTransaction transaction = begin("orders");
        TransactionId id = only(1);
        memory.cutConnection();
        loop.run(Duration.ofSeconds(15));
        hand.decide(id, Decision.COMMIT, "");
        loop.run(Duration.ofSeconds(1));
        assertFalse(transaction.answer().isDone());
        memory.heal();
        loop.run(Duration.ofSeconds(1));
        assertTrue(transaction.answer().isDone(), "waits for a hint that came while it was cut off");
        assertEnds(Answer.Kind.COMMITTED, id, transaction);
    }

    @Test
    void recordThatIsGoneIsLookedUp() {
        hand.installed().registered("orders");
        GlobalTransaction transaction = begin("orders");
        TransactionId id = only(1);
        memory.cutConnection();
        loop.run(Duration.ofSeconds(15));
        hand.decide(id, Decision.COMMIT, "");
        hand.roll(1, "orders");
        hand.collect(id, OutcomeState.COMMITTED);
        memory.heal();
        assertEnds(Answer.Kind.COMMITTED, id, transaction);
    }

    @Test
    void laggingServerWithoutTheRecordIsNotBelieved() {
        hand.installed().registered("orders");
        GlobalTransaction transaction = begin("orders");
        TransactionId id = only(1);
        store.hideNextReadOf(Paths.record(id));
        memory.breakConnection();
        loop.run(Duration.ofSeconds(5));
        assertFalse(transaction.answer().isDone(), "concluded from a stale read");
        assertTrue(store.barriers > 0);
        hand.decide(id, Decision.COMMIT, "");
        assertEnds(Answer.Kind.COMMITTED, id, transaction);
    }

    @Test
    void rereadsWithoutAnyHint() {
        hand.installed().registered("orders");
        store.loseHints = true;
        GlobalTransaction transaction = begin("orders");
        TransactionId id = only(1);
        // The record is watched once votes might have said the end sooner.
        loop.run(Duration.ofSeconds(1));
        hand.decide(id, Decision.COMMIT, "");
        loop.run(Duration.ofSeconds(28));
        assertFalse(transaction.answer().isDone());
        loop.run(Duration.ofSeconds(2));
        assertTrue(transaction.answer().isDone());
    }

    @Test
    void garbageInTheRecordIsNoDecision() {
        hand.installed().registered("orders");
        GlobalTransaction transaction = begin("orders");
        TransactionId id = only(1);
        hand.write(Op.set(Paths.record(id), bytes("COMMIT"), 0));
        Answer answer = loop.await(transaction.answer());
        assertEquals(Answer.Kind.UNKNOWN, answer.kind());
        assertTrue(answer.reason().contains("malformed") || answer.reason().contains("not JSON"), answer::reason);
    }

    @Test
    void payloadsAboveTheirBoundsAreRefusedBeforeAnythingIsSent() {
        hand.installed().registered("orders", "payments");
        initiator = started(InitiatorConfig.defaults("zk1:2181").withMaxBytes(100, 4_000));
        Answer one = loop.await(initiator
                .begin(BeginRequest.of(Map.of("orders", new byte[101]), TIMEOUT))
                .answer());
        assertRefused(Refusal.Cause.TOO_LARGE, one);
        assertTrue(one.reason().contains("'orders'")
                && one.reason().contains("101")
                && one.reason().contains("100"));

        initiator = started(InitiatorConfig.defaults("zk1:2181").withMaxBytes(1_500, 2_500));
        Map<String, byte[]> payloads = new LinkedHashMap<>();
        payloads.put("orders", new byte[1_000]);
        payloads.put("payments", new byte[1_000]);
        Answer both =
                loop.await(initiator.begin(BeginRequest.of(payloads, TIMEOUT)).answer());
        assertRefused(Refusal.Cause.TOO_LARGE, both);
        assertTrue(both.reason().contains("[orders, payments]") && both.reason().contains("2500"), both::reason);
        assertEquals(List.of(), store.written);
    }

    @Test
    void nothingKeepsATransactionThatEnded() throws Exception {
        hand.installed().registered("orders");
        List<WeakReference<byte[]>> payloads = new ArrayList<>();
        payloads.add(endedByDecision());
        payloads.add(endedWithoutAnyDecision());
        // Before the connection goes, and with it the watches.
        awaitFree(payloads);
        memory.cutConnection();
        loop.settle();
        awaitFree(List.of(endedWhileCutOff()));
    }

    private static void awaitFree(List<WeakReference<byte[]>> payloads) throws Exception {
        Await.until("the payloads are free", () -> {
            System.gc();
            return payloads.stream().allMatch(payload -> payload.get() == null);
        });
    }

    private WeakReference<byte[]> endedByDecision() {
        byte[] payload = new byte[1_000];
        GlobalTransaction transaction = initiator.begin(BeginRequest.of(Map.of("orders", payload), Duration.ofDays(7)));
        loop.settle();
        hand.decide(only(1), Decision.COMMIT, "");
        loop.await(transaction.answer());
        return new WeakReference<>(payload);
    }

    private WeakReference<byte[]> endedWithoutAnyDecision() {
        byte[] payload = new byte[1_000];
        GlobalTransaction transaction = initiator.begin(BeginRequest.of(Map.of("orders", payload), TIMEOUT));
        loop.await(transaction.answer());
        return new WeakReference<>(payload);
    }

    private WeakReference<byte[]> endedWhileCutOff() {
        byte[] payload = new byte[1_000];
        GlobalTransaction transaction = initiator.begin(BeginRequest.of(Map.of("orders", payload), TIMEOUT));
        assertRefused(Refusal.Cause.UNREACHABLE, loop.await(transaction.answer()));
        return new WeakReference<>(payload);
    }

    @Test
    void moreThanItsBoundInFlightAreRefused() {
        hand.installed().registered("orders");
        initiator = started(InitiatorConfig.defaults("zk1:2181").withMaxInFlight(1));
        GlobalTransaction first = begin("orders");
        Answer second = loop.await(begin("orders").answer());
        assertRefused(Refusal.Cause.OVERLOADED, second);
        assertTrue(second.reason().contains("the bound is 1"), second::reason);
        hand.decide(only(1), Decision.COMMIT, "");
        loop.await(first.answer());
        assertFalse(begin("orders").answer().isDone(), "the place is not free again");
    }

    @Test
    void closeAnswersEverybody() {
        hand.installed().registered("orders");
        GlobalTransaction begun = begin("orders");
        TransactionId id = only(1);
        memory.cutConnection();
        loop.settle();
        GlobalTransaction waiting = begin("orders");
        loop.await(initiator.close());
        assertEnds(Answer.Kind.UNKNOWN, id, begun);
        assertRefused(Refusal.Cause.CLOSED, loop.await(waiting.answer()));
        assertRefused(Refusal.Cause.CLOSED, loop.await(begin("orders").answer()));
    }
}
