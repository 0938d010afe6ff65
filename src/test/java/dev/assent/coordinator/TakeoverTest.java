package dev.assent.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.coordinator.InterceptedStore.Fate;
import dev.assent.protocol.Decision;
import dev.assent.protocol.TransactionId;
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

/** More than one coordinator, and what happens between them. */
class TakeoverTest {
    private final Harness h = new Harness();

    @Test
    void racingCoordinatorsBeginOneInstallation() {
        Harness.Replica one = h.start("c1");
        Harness.Replica two = h.start("c2");
        h.until("one leads", () -> one.leads() || two.leads());
        h.pass(Duration.ofSeconds(5));
        assertNotEquals(one.leads(), two.leads());
        assertEquals(
                List.of("coordinators", "epoch", "history", "leader", "operations", "participants", "transactions"),
                h.ensemble.committed().children(Paths.ROOT).orElseThrow().stream()
                        .sorted()
                        .toList());
        assertEquals(
                1,
                h.writes.stream()
                        .filter(ops -> Harness.touches(ops, Paths.ROOT))
                        .count());
        assertEquals(
                List.of("c1", "c2"),
                h.ensemble.committed().children(Paths.COORDINATORS).orElseThrow());
        assertEquals(1, h.generation());
    }

    @Test
    void aLostCreationOfTheTreeIsTheSameInstallation() {
        Harness.Replica one = h.start("c1");
        boolean[] first = {true};
        one.net().fates(ops -> {
            boolean creation = Harness.touches(ops, Paths.ROOT) && first[0];
            first[0] &= !creation;
            return creation ? Fate.LOSE_AND_SEND_LATE : Fate.PASS;
        });
        h.until("c1 leads", one::leads);
        one.net().release();
        h.pass(Duration.ofSeconds(1));
        assertFalse(one.net().late().get(0).ok());
        assertEquals(1, h.generation());
    }

    @Test
    void aForeignTreeIsNotWorkedIn() {
        h.ok(Op.create(Paths.ROOT, "hello".getBytes(StandardCharsets.UTF_8)));
        Harness.Replica one = h.start("c1");
        h.pass(Duration.ofMinutes(2));
        assertFalse(one.leads());
        assertTrue(one.coordinator().status().problem().contains("belongs to something else"));
        assertFalse(h.exists(Paths.TRANSACTIONS));
    }

    @Test
    void numbersAreNotGivenTwiceInADamagedTree() {
        Harness.Replica one = h.lead(settings -> settings);
        one.store().crash();
        h.pass(Duration.ofSeconds(30));
        h.ok(Op.delete(Paths.generation(1), Op.ANY_VERSION), Op.delete(Paths.TRANSACTIONS, Op.ANY_VERSION));
        Harness.Replica two = h.start("c2");
        h.pass(Duration.ofMinutes(2));
        assertFalse(two.leads());
        assertTrue(two.coordinator().status().problem().contains("/transactions is missing"));
    }

    @Test
    void theNextLeaderDecidesWhatTheDeadOneLeft() {
        Harness.Replica one = h.lead(settings -> settings);
        Harness.Replica two = h.start("c2");
        TransactionId toCommit = h.begin("a", "b");
        TransactionId toAbort = h.begin("a", "b");
        TransactionId open = h.begin();
        h.vote(toCommit, "a", Vote.YES);
        h.vote(toAbort, "a", Vote.YES);
        one.store().crash();
        h.vote(toCommit, "b", Vote.YES);
        h.vote(toAbort, "b", Vote.NO);
        h.until("c2 leads", two::leads);
        assertEquals(Decision.COMMIT, h.decision(toCommit).decision());
        assertEquals(Decision.ABORT, h.decision(toAbort).decision());
        assertEquals(Decision.ABORT, h.decision(open).decision());
        assertEquals(
                two.coordinator().status().epoch().orElseThrow(),
                h.decision(toCommit).epoch());
    }

    @Test
    void aTimeoutBeginsAnewAtATakeover() {
        Harness.Replica one = h.lead(settings -> settings);
        Harness.Replica two = h.start("c2");
        TransactionId id = h.begin(Duration.ofSeconds(20), "a");
        h.pass(Duration.ofSeconds(15));
        var unused = one.coordinator().close();
        h.until("c2 leads", two::leads);
        h.pass(Duration.ofSeconds(15));
        assertTrue(h.verdict(id).isEmpty(), "c2 has known it for 15 s only");
        assertEquals(Decision.ABORT, h.decision(id).decision());
    }

    @Test
    void aTakeoverReadsThousandsWithBoundedReads() {
        Harness.Replica one = h.lead(settings -> settings);
        TransactionId[] ids = new TransactionId[2_000];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = h.begin(Duration.ofHours(1), "a");
        }
        one.store().crash();
        for (TransactionId id : ids) {
            h.vote(id, "a", Vote.YES);
        }
        Harness.Replica two = h.start("c2", settings -> settings.readsInFlight(16));
        h.until("all are decided", () -> two.counts().committed() == ids.length);
        for (TransactionId id : ids) {
            assertTrue(h.decided(id, Decision.COMMIT));
        }
    }

    @Test
    void aDeposedLeadersDecisionFailsAtTheEpoch() {
        Harness.Replica one = h.lead(settings -> settings);
        Harness.Replica two = h.start("c2");
        h.pass(Duration.ofSeconds(1));
        TransactionId id = h.begin(Duration.ofSeconds(5), "a");
        one.net().fates(ops -> Fate.HOLD);
        h.until("the ABORT is held back", () -> one.net().held() == 1);
        // c2 leads while c1 has not heard of it.
        h.ensemble.flapLeadership(Duration.ofMinutes(5));
        h.until("c2 leads", two::leads);
        assertTrue(one.leads(), "both believe to lead");
        one.net().release();
        h.until("c1 is fenced", () -> one.counts().fenced() == 1);
        assertEquals(WriteResult.Status.BAD_VERSION, one.net().late().get(0).status());
        assertEquals(0, one.net().late().get(0).failedOperation());
        assertFalse(one.leads());
        h.vote(id, "a", Vote.YES);
        assertEquals(
                two.coordinator().status().epoch().orElseThrow(), h.decision(id).epoch());
    }

    @Test
    void aLostEpochWriteIsNeverTakenForItsOwn() {
        Harness.Replica one = h.start("c1");
        boolean[] first = {true};
        one.net().fates(ops -> {
            boolean claim = ops.size() == 1 && Harness.touches(ops, Paths.EPOCH) && first[0];
            first[0] &= !claim;
            return claim ? Fate.LOSE_AND_SEND_LATE : Fate.PASS;
        });
        h.until("c1 leads", one::leads);
        long before = one.coordinator().status().epoch().orElseThrow();
        assertEquals(h.epoch(), before);
        one.net().release();
        h.pass(Duration.ofSeconds(1));
        assertEquals(WriteResult.Status.BAD_VERSION, one.net().late().get(0).status());
        assertEquals(before, h.epoch());
    }

    @Test
    void anEpochWriteWhoseAnswerIsLostIsWrittenAgain() {
        Harness.Replica one = h.start("c1");
        boolean[] first = {true};
        one.net().fates(ops -> {
            boolean claim = ops.size() == 1 && Harness.touches(ops, Paths.EPOCH) && first[0];
            first[0] &= !claim;
            return claim ? Fate.LOSE_ANSWER : Fate.PASS;
        });
        h.until("c1 leads", one::leads);
        assertEquals(2, h.epoch());
        assertEquals(2, one.coordinator().status().epoch().orElseThrow());
    }

    @Test
    void anInterruptionEndsTheTermAndTheNextOneReadsEverythingAgain() {
        Harness.Replica one = h.lead(settings -> settings);
        long epoch = one.coordinator().status().epoch().orElseThrow();
        TransactionId id = h.begin("a");
        one.store().cutConnection();
        h.until("c1 noticed", () -> !one.leads());
        h.vote(id, "a", Vote.YES);
        one.store().heal();
        h.until("c1 leads again", one::leads);
        assertTrue(one.coordinator().status().epoch().orElseThrow() > epoch);
        assertEquals(Decision.COMMIT, h.decision(id).decision());
    }

    @Test
    void aNewSessionGetsANewTermAndANewPresence() {
        Harness.Replica one = h.lead(settings -> settings);
        one.store().endSession();
        h.until("c1 noticed", () -> !one.leads());
        assertFalse(h.exists(Paths.coordinator("c1")));
        h.until("c1 leads again", one::leads);
        h.until("c1 is present", () -> h.exists(Paths.coordinator("c1")));
        TransactionId id = h.begin("a");
        h.vote(id, "a", Vote.YES);
        assertEquals(Decision.COMMIT, h.decision(id).decision());
    }

    @Test
    void everySessionLostAtAnyPointOfATakeoverEndsInADecision() {
        Harness.Replica one = h.lead(settings -> settings);
        TransactionId id = h.begin(Duration.ofHours(1), "a");
        for (int millis = 0; millis < 120; millis += 3) {
            one.store().breakConnection();
            h.pass(Duration.ofMillis(millis));
        }
        h.vote(id, "a", Vote.YES);
        assertEquals(Decision.COMMIT, h.decision(id).decision());
    }

    @Test
    void aGracefulEndHandsLeadershipOverAndTakesNoDecision() {
        Harness.Replica one = h.lead(settings -> settings);
        Harness.Replica two = h.start("c2");
        h.pass(Duration.ofSeconds(1));
        TransactionId held = h.begin("a");
        one.net().fates(ops -> Harness.decides(ops) ? Fate.HOLD : Fate.PASS);
        h.vote(held, "a", Vote.YES);
        h.until("its decision is on its way", () -> one.net().held() == 1);
        var closed = one.coordinator().close();
        TransactionId later = h.begin("a");
        h.vote(later, "a", Vote.YES);
        h.pass(Duration.ofSeconds(1));
        assertFalse(closed.isDone(), "an answer is awaited");
        one.net().fates(ops -> Fate.PASS);
        one.net().release();
        h.until("c1 is closed", closed::isDone);
        assertEquals(CoordinatorStatus.State.CLOSED, one.coordinator().status().state());
        assertTrue(h.decided(held, Decision.COMMIT));
        assertTrue(h.verdict(later).isEmpty(), "a closing leader takes no decision");
        assertFalse(h.exists(Paths.coordinator("c1")));
        h.until("c2 leads", two::leads);
        assertEquals(
                two.coordinator().status().epoch().orElseThrow(),
                h.decision(later).epoch());
        assertEquals(1, one.counts().committed());
    }

    @Test
    void closingDoesNotWaitForAnAnswerForEver() {
        Harness.Replica one = h.lead(settings -> settings);
        one.net().fates(ops -> Harness.decides(ops) ? Fate.HOLD : Fate.PASS);
        TransactionId id = h.begin("a");
        h.vote(id, "a", Vote.YES);
        h.until("its decision is on its way", () -> one.net().held() == 1);
        var closed = one.coordinator().close();
        h.loop.until("c1 is closed", Duration.ofSeconds(5), closed::isDone);
    }

    @Test
    void aLeaderThatCannotWriteItsEpochStepsBack() {
        Harness.Replica one = h.start("c1");
        one.net().fates(ops -> Harness.touches(ops, Paths.EPOCH) && ops.size() == 1 ? Fate.LOSE : Fate.PASS);
        h.until("c1 is elected", () -> one.coordinator().status().state() == CoordinatorStatus.State.TAKING_OVER);
        Harness.Replica two = h.start("c2");
        h.until("c2 leads", two::leads);
        assertFalse(one.leads());
    }

    @Test
    void aLeaderWhoseReadsAreNotAnsweredStepsBack() {
        Harness.Replica one = h.lead(settings -> settings);
        Harness.Replica two = h.start("c2");
        h.pass(Duration.ofSeconds(1));
        one.net().mute = true;
        TransactionId id = h.begin("a");
        h.vote(id, "a", Vote.YES);
        h.until("c2 leads", two::leads);
        assertEquals(Decision.COMMIT, h.decision(id).decision());
    }

    @Test
    void anAbortCarriedOutByADeadLeaderIsStillAnswered() {
        Harness.Replica one = h.lead(settings -> settings);
        Harness.Replica two = h.start("c2");
        TransactionId id = h.begin(Duration.ofHours(1), "a");
        one.net().fates(ops -> Harness.touches(ops, Paths.operation("op-1")) ? Fate.HOLD : Fate.PASS);
        h.ok(Op.create(
                Paths.operation("op-1"),
                Records.operation(Operation.request(Operation.Kind.ABORT, id, "ann", "it hangs"))));
        h.until("aborted, and not answered", () -> one.net().held() == 1);
        one.store().crash();
        h.until("c2 leads", two::leads);
        h.until("answered", () -> h.answer("op-1").isPresent());
        assertTrue(h.answer("op-1").orElseThrow().done());
    }

    @Test
    void aLeaderThatIsFencedAgainAndAgainRestsBetween() {
        Harness.Replica one = h.lead(settings -> settings);
        TransactionId id = h.begin(Duration.ofMillis(1), "a");
        one.net().fates(ops -> Harness.decides(ops) ? Fate.HOLD : Fate.PASS);
        long before = h.loop.nanoTime();
        for (int i = 0; i < 5; i++) {
            h.until("an ABORT is held back", () -> one.net().held() == 1);
            h.ok(Op.set(Paths.EPOCH, Records.epoch("rival"), h.epoch()));
            one.net().release();
        }
        one.net().fates(ops -> Fate.PASS);
        assertEquals(Decision.ABORT, h.decision(id).decision());
        assertEquals(5, one.counts().fenced());
        assertEquals(6, one.counts().terms());
        // Rests of at least 10, 20, 40, 80 and 160 ms of virtual time.
        assertTrue(h.loop.nanoTime() - before > Duration.ofMillis(310).toNanos());
    }

    @Test
    void nothingPendingIsReadBeforeTheEpochIsWritten() {
        Harness.Replica one = h.lead(settings -> settings);
        TransactionId id = h.begin("a");
        one.store().crash();
        Harness.Replica two = h.start("c2");
        two.net().fates(ops -> Harness.touches(ops, Paths.EPOCH) ? Fate.HOLD : Fate.PASS);
        h.until("the epoch is held back", () -> two.net().held() == 1);
        h.pass(Duration.ofSeconds(2));
        assertEquals(List.of(), two.net().listings);
        two.net().fates(ops -> Fate.PASS);
        two.net().release();
        h.vote(id, "a", Vote.YES);
        assertEquals(Decision.COMMIT, h.decision(id).decision());
        assertEquals(Paths.TRANSACTIONS, two.net().listings.get(0));
    }
}
