package dev.assent.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.Decision;
import dev.assent.protocol.Enlistment;
import dev.assent.protocol.Slot;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Verdict;
import dev.assent.protocol.Vote;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers before the decision is written: only where the votes leave no other one (rule 2). */
class EarlyOutcomeTest extends InitiatorFixture {
    @BeforeEach
    void install() {
        hand.installed().registered("orders", "payments", "stock");
    }

    @Test
    void everyYesIsCommitted() {
        GlobalTransaction transaction = begin("orders", "payments");
        TransactionId id = only(1);
        hand.vote(id, "orders", Vote.YES);
        loop.settle();
        assertFalse(transaction.answer().isDone());
        hand.vote(id, "payments", Vote.READ_ONLY);
        assertEnds(Answer.Kind.COMMITTED, id, transaction);
        assertEquals(0, hand.tree().version(Paths.record(id)));
    }

    @Test
    void theFirstNoIsAbortedWithItsReason() {
        GlobalTransaction transaction = begin("orders", "payments", "stock");
        TransactionId id = only(1);
        hand.vote(id, "orders", Vote.YES);
        write(id, "stock", Slot.vote(Vote.NO, "s-1", "00000000000000aa", "memory:stock", "out of stock"));
        Answer answer = assertEnds(Answer.Kind.ABORTED, id, transaction);
        assertEquals("stock voted NO: out of stock", answer.reason());
        assertEquals(0, hand.tree().version(Paths.record(id)));
    }

    @Test
    void aTakeoverInBetweenChangesNothing() {
        GlobalTransaction transaction = begin("orders");
        TransactionId id = only(1);
        hand.write(Op.set(Paths.EPOCH, Records.epoch("c2"), Op.ANY_VERSION));
        hand.vote(id, "orders", Vote.YES);
        assertEnds(Answer.Kind.COMMITTED, id, transaction);
        hand.decide(id, Decision.COMMIT, "");
    }

    @Test
    void votesWhoseWatchesAreSilentAreFoundByTheNextReading() {
        store.loseHints = true;
        GlobalTransaction transaction = begin("orders", "payments");
        TransactionId id = only(1);
        hand.vote(id, "orders", Vote.YES);
        hand.vote(id, "payments", Vote.YES);
        loop.settle();
        assertFalse(transaction.answer().isDone());
        memory.breakConnection();
        assertEnds(Answer.Kind.COMMITTED, id, transaction);
    }

    @Test
    void aSlotThatCannotBeReadLeavesTheWordToTheDecision() {
        GlobalTransaction transaction = begin("orders", "payments");
        TransactionId id = only(1);
        hand.write(Op.set(Paths.slot(id, "orders"), bytes("{"), 0));
        hand.vote(id, "payments", Vote.NO);
        assertNotAnswered(transaction);
        hand.decide(id, Decision.ABORT, "by hand");
        assertEquals("by hand", assertEnds(Answer.Kind.ABORTED, id, transaction).reason());
    }

    @Test
    void aSlotWhoseAclWasChangedIsNotBelieved() {
        GlobalTransaction transaction = begin("orders");
        TransactionId id = only(1);
        hand.ensemble.changeAcl(Paths.slot(id, "orders"), false);
        hand.vote(id, "orders", Vote.YES);
        assertNotAnswered(transaction);
    }

    @Test
    void votesUnderARecordWhoseAclWasChangedAreNotBelieved() {
        store.afterFirstWrite = () -> hand.ensemble.changeAcl(Paths.record(only(1)), false);
        GlobalTransaction transaction = begin("orders");
        hand.vote(only(1), "orders", Vote.YES);
        assertNotAnswered(transaction);
    }

    @Test
    void votesWaitForTheRecordThatTheyStandUnder() {
        GlobalTransaction transaction = begin("orders");
        TransactionId id = only(1);
        store.holdReadsOf(Paths.record(id));
        hand.vote(id, "orders", Vote.YES);
        assertNotAnswered(transaction);
        store.releaseReads();
        assertEnds(Answer.Kind.COMMITTED, id, transaction);
        assertEquals(0, hand.tree().version(Paths.record(id)));
    }

    @Test
    void aDelegatedVoteIsNone() {
        GlobalTransaction transaction = begin("orders");
        TransactionId id = only(1);
        hand.vote(id, "orders", Vote.DELEGATED);
        assertNotAnswered(transaction);
    }

    @Test
    void anOpenTransactionIsNotAnsweredByTheSlotsUnderIt() {
        GlobalTransaction transaction = initiator.begin(BeginRequest.open(TIMEOUT));
        TransactionId id = loop.await(transaction.opened()).orElseThrow();
        write(id, "orders", Slot.vote(Vote.YES, "o-1", "00000000000000aa", "memory:orders", ""), true);
        assertNotAnswered(transaction);
    }

    @Test
    void enlistedWorkIsAnsweredOnceItsListIsClosed() {
        GlobalTransaction transaction = initiator.begin(BeginRequest.open(TIMEOUT));
        TransactionId id = loop.await(transaction.opened()).orElseThrow();
        transaction.enlisted(new Enlistment(id, "orders", "o-1", "00000000000000aa"));
        transaction.commit();
        loop.settle();
        assertNotAnswered(transaction);
        hand.vote(id, "orders", Vote.YES);
        assertEnds(Answer.Kind.COMMITTED, id, transaction);
        assertEquals(0, hand.tree().version(Paths.record(id)));
    }

    @Test
    void aListThatSomebodyElseClosedIsLeftToTheDecision() {
        GlobalTransaction transaction = initiator.begin(BeginRequest.open(TIMEOUT));
        TransactionId id = loop.await(transaction.opened()).orElseThrow();
        hand.abortOpen(id, "timeout");
        transaction.enlisted(new Enlistment(id, "orders", "o-1", "00000000000000aa"));
        transaction.commit();
        assertEquals("timeout", assertEnds(Answer.Kind.ABORTED, id, transaction).reason());
    }

    @Test
    void manyAtOnceWaitForTheirDecisions() {
        List<GlobalTransaction> all = new ArrayList<>();
        Map<String, byte[]> payloads = new LinkedHashMap<>();
        payloads.put("orders", bytes("x"));
        payloads.put("payments", bytes("x"));
        for (int i = 0; i < 40; i++) {
            all.add(initiator.begin(BeginRequest.of(payloads, TIMEOUT)));
        }
        loop.settle();
        List<TransactionId> ids = hand.transactions(1);
        assertEquals(40, ids.size());
        for (TransactionId id : ids) {
            hand.vote(id, "orders", Vote.YES);
            hand.vote(id, "payments", Vote.YES);
        }
        loop.settle();
        long early = all.stream().filter(each -> each.answer().isDone()).count();
        assertTrue(early <= 32, early + " were answered early: their slots were read under load");
        ids.forEach(id -> {
            byte[] record = hand.tree().data(Paths.record(id));
            hand.write(Op.set(Paths.record(id), Records.decide(record, new Verdict(Decision.COMMIT, 3, "")), 0));
        });
        all.forEach(each ->
                assertEquals(Answer.Kind.COMMITTED, loop.await(each.answer()).kind()));
    }

    private void assertNotAnswered(GlobalTransaction transaction) {
        loop.run(Duration.ofSeconds(3));
        assertEquals(Optional.empty(), Optional.ofNullable(transaction.answer().getNow(null)));
    }

    private void write(TransactionId id, String participant, Slot slot) {
        write(id, participant, slot, false);
    }

    private void write(TransactionId id, String participant, Slot slot, boolean create) {
        String path = Paths.slot(id, participant);
        if (create) {
            hand.write(Op.createEmpty(path));
        }
        hand.write(Op.set(path, Records.slot(slot), 0));
    }
}
