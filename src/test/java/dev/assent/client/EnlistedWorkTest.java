package dev.assent.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.client.ScriptedStore.Fate;
import dev.assent.protocol.Decision;
import dev.assent.protocol.Enlistment;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import dev.assent.store.InboxEntry;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Begun open, closed with tokens or abandoned (section 3 of the design page). */
class EnlistedWorkTest extends InitiatorFixture {
    private static final String ATTEMPT = "00000000000000a1";

    private GlobalTransaction open() {
        hand.installed().registered("orders", "payments");
        GlobalTransaction transaction = initiator.begin(BeginRequest.open(TIMEOUT));
        loop.await(transaction.opened());
        return transaction;
    }

    private static Enlistment token(TransactionId id, String participant) {
        return new Enlistment(id, participant, participant + "-1", ATTEMPT);
    }

    private void enlistBoth(GlobalTransaction transaction) {
        transaction.enlisted(token(only(1), "orders"));
        transaction.enlisted(token(only(1), "payments"));
    }

    @Test
    void closesWithTheTokensInOneStep() {
        GlobalTransaction transaction = open();
        TransactionId id = only(1);
        assertTrue(Records.record(hand.tree().data(Paths.record(id))).enlisted());
        assertEquals(Optional.of(List.of()), hand.tree().children(Paths.record(id)));
        enlistBoth(transaction);
        transaction.enlisted(token(id, "orders"));
        transaction.commit();
        loop.settle();
        assertEquals(
                List.of(
                        "CHECK /transactions/1/" + id + "@0",
                        "CREATE /transactions/1/" + id + "/_participants",
                        "CREATE /transactions/1/" + id + "/orders",
                        "CREATE /transactions/1/" + id + "/payments",
                        "CREATE /participants/orders/inbox/1/" + id,
                        "CREATE /participants/payments/inbox/1/" + id),
                store.written.get(1).stream().map(Op::toString).toList());
        assertEquals(
                new InboxEntry.Holder("orders-1", ATTEMPT),
                Records.inboxEntry(hand.tree().data(Paths.inboxEntry("orders", id)))
                        .holder()
                        .orElseThrow());
        hand.decide(id, Decision.COMMIT, "");
        assertEnds(Answer.Kind.COMMITTED, id, transaction);
    }

    @Test
    void staysOpenUntilItsCallerEndsIt() {
        GlobalTransaction transaction = open();
        loop.run(Duration.ofMinutes(10));
        assertFalse(transaction.answer().isDone());
        enlistBoth(transaction);
        transaction.commit();
        loop.settle();
        hand.decide(only(1), Decision.COMMIT, "");
        assertEnds(Answer.Kind.COMMITTED, only(1), transaction);
    }

    @Test
    void abortClosesTheListEmpty() {
        GlobalTransaction transaction = open();
        TransactionId id = only(1);
        transaction.enlisted(token(id, "orders"));
        transaction.abort();
        loop.settle();
        assertEquals(List.of(), Records.list(hand.tree().data(Paths.list(id))));
        assertFalse(hand.tree().exists(Paths.slot(id, "orders")));
        hand.decide(id, Decision.ABORT, "the participant list is empty");
        assertEquals(
                "aborted by its initiator; the participant list is empty",
                assertEnds(Answer.Kind.ABORTED, id, transaction).reason());
    }

    @Test
    void commitOfNothingAborts() {
        GlobalTransaction transaction = open();
        transaction.commit();
        loop.settle();
        assertEquals(List.of(), Records.list(hand.tree().data(Paths.list(only(1)))));
        hand.decide(only(1), Decision.ABORT, "");
        assertEquals(
                "no participant enlisted",
                assertEnds(Answer.Kind.ABORTED, only(1), transaction).reason());
    }

    @Test
    void tokensOfTwoInstancesAreRefusedAndForbidCommit() {
        GlobalTransaction transaction = open();
        TransactionId id = only(1);
        enlistBoth(transaction);
        Enlistment other = new Enlistment(id, "orders", "orders-2", "00000000000000a2");
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> transaction.enlisted(other));
        assertTrue(refused.getMessage().contains("orders-1")
                && refused.getMessage().contains("orders-2"));
        transaction.commit();
        loop.settle();
        assertEquals(List.of(), Records.list(hand.tree().data(Paths.list(id))));
        hand.decide(id, Decision.ABORT, "");
        assertTrue(assertEnds(Answer.Kind.ABORTED, id, transaction).reason().contains("'orders' enlisted twice"));
    }

    @Test
    void tokenOfTheSameInstanceAfterARestartIsRefused() {
        GlobalTransaction transaction = open();
        TransactionId id = only(1);
        transaction.enlisted(token(id, "orders"));
        Enlistment restarted = new Enlistment(id, "orders", "orders-1", "00000000000000a2");
        assertThrows(IllegalArgumentException.class, () -> transaction.enlisted(restarted));
    }

    @Test
    void tokenOfAnotherTransactionIsRefused() {
        GlobalTransaction transaction = open();
        Enlistment foreign = token(TransactionId.of(1, 42), "orders");
        assertThrows(IllegalArgumentException.class, () -> transaction.enlisted(foreign));
    }

    @Test
    void tooLateATokenIsRefused() {
        GlobalTransaction transaction = open();
        transaction.commit();
        assertThrows(IllegalStateException.class, () -> transaction.enlisted(token(only(1), "orders")));
    }

    @Test
    void lostListIsReadBack() {
        for (Fate fate : List.of(Fate.APPLIED_AND_LOST, Fate.LOST)) {
            EnlistedWorkTest fresh = new EnlistedWorkTest();
            fresh.lostList(fate);
        }
    }

    private void lostList(Fate fate) {
        GlobalTransaction transaction = open();
        TransactionId id = only(1);
        enlistBoth(transaction);
        store.script(fate);
        transaction.commit();
        loop.run(Duration.ofSeconds(1));
        assertEquals(List.of("orders", "payments"), Records.list(hand.tree().data(Paths.list(id))));
        hand.decide(id, Decision.COMMIT, "");
        assertEnds(Answer.Kind.COMMITTED, id, transaction);
    }

    @Test
    void lateListLosesAgainstALeaderThatAborted() {
        GlobalTransaction transaction = open();
        TransactionId id = only(1);
        enlistBoth(transaction);
        store.script(Fate.LATE);
        store.afterFirstWrite = () -> hand.abortOpen(id, "timed out");
        transaction.commit();
        assertEquals(
                "timed out", assertEnds(Answer.Kind.ABORTED, id, transaction).reason());
        store.releaseLate();
        loop.settle();
        assertEquals(List.of(), Records.list(hand.tree().data(Paths.list(id))));
    }

    @Test
    void learnsBeforeItsCallerAsksThatTheLeaderAborted() {
        GlobalTransaction transaction = open();
        hand.abortOpen(only(1), "timed out");
        assertEnds(Answer.Kind.ABORTED, only(1), transaction);
        int before = store.written.size();
        transaction.commit();
        loop.settle();
        assertEquals(before, store.written.size(), "wrote for a transaction that has ended");
    }

    @Test
    void listThatIsNotPermittedIsAbandoned() {
        GlobalTransaction transaction = open();
        TransactionId id = only(1);
        enlistBoth(transaction);
        hand.ensemble.changeAcl(Paths.inbox("payments", 1), true);
        transaction.commit();
        loop.settle();
        assertEquals(List.of(), Records.list(hand.tree().data(Paths.list(id))));
        hand.decide(id, Decision.ABORT, "");
        assertTrue(assertEnds(Answer.Kind.ABORTED, id, transaction).reason().contains("NO_AUTH"));
    }

    @Test
    void lostOpenBeginIsRecognised() {
        hand.installed().registered("orders");
        store.script(Fate.APPLIED_AND_LOST);
        GlobalTransaction transaction = initiator.begin(BeginRequest.open(TIMEOUT));
        Optional<TransactionId> opened = loop.await(transaction.opened());
        assertEquals(Optional.of(only(1)), opened);
    }

    @Test
    void openBeginFoundByLookingUpIsHandedOut() {
        hand.installed().registered("orders");
        store.script(Fate.APPLIED_AND_LOST);
        store.afterFirstWrite = () -> hand.roll(1, "orders");
        GlobalTransaction transaction = initiator.begin(BeginRequest.open(TIMEOUT));
        Optional<TransactionId> opened = loop.await(transaction.opened());
        assertEquals(Optional.of(only(1)), opened);
        assertTrue(store.barriers > 0);
        transaction.enlisted(token(only(1), "orders"));
        transaction.commit();
        loop.settle();
        hand.decide(only(1), Decision.COMMIT, "");
        assertEnds(Answer.Kind.COMMITTED, only(1), transaction);
    }

    @Test
    void recordGoneWhileOpenIsLookedUp() {
        GlobalTransaction transaction = open();
        TransactionId id = only(1);
        hand.abortOpen(id, "timed out");
        store.hideNextReadOf(Paths.record(id));
        hand.roll(1, "orders", "payments");
        hand.collect(id, OutcomeState.ABORTED);
        assertEnds(Answer.Kind.ABORTED, id, transaction);
    }

    @Test
    void staleReadWhileClosingGoesOnWithTheCallersWish() {
        GlobalTransaction transaction = open();
        TransactionId id = only(1);
        enlistBoth(transaction);
        store.script(Fate.LOST);
        store.hideNextReadOf(Paths.record(id));
        transaction.commit();
        loop.run(Duration.ofSeconds(1));
        assertEquals(List.of("orders", "payments"), Records.list(hand.tree().data(Paths.list(id))));
        hand.decide(id, Decision.COMMIT, "");
        assertEnds(Answer.Kind.COMMITTED, id, transaction);
    }

    @Test
    void openBeginThatCannotStartIsRefused() {
        GlobalTransaction transaction = initiator.begin(BeginRequest.open(TIMEOUT));
        assertEquals(Optional.empty(), loop.await(transaction.opened()));
        assertRefused(Refusal.Cause.NOT_READY, loop.await(transaction.answer()));
    }
}
