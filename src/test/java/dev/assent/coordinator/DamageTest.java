package dev.assent.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Vote;
import dev.assent.store.Op;
import dev.assent.store.Operation;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A tree that somebody else damaged: what is hit waits or is reported, everything else goes on (rule 12). */
class DamageTest {
    private static final Duration AGE = Duration.ofSeconds(60);

    private final Harness h = new Harness();
    private final Harness.Replica leader =
            h.lead(settings -> settings.generationSize(10).generationAge(AGE).sealDelay(Duration.ofSeconds(10)));

    private TransactionId committed(String... participants) {
        TransactionId id = h.begin(participants);
        for (String name : participants) {
            h.vote(id, name, Vote.YES);
        }
        assertEquals(Decision.COMMIT, h.decision(id).decision());
        return id;
    }

    private TransactionId finished() {
        TransactionId id = committed("a");
        assertTrue(h.acknowledge(id, "a", BranchOutcome.COMMITTED).ok());
        return id;
    }

    private TransactionId enlistedAndClosed() {
        TransactionId id = h.begin(Duration.ofHours(1));
        h.ok(
                Op.check(Paths.record(id), 0),
                Op.create(Paths.list(id), Records.list(List.of("a"))),
                Op.createEmpty(Paths.slot(id, "a")));
        h.vote(id, "a", Vote.YES);
        return id;
    }

    private boolean gone(TransactionId id) {
        return !h.exists(Paths.record(id));
    }

    @Test
    void aCommitWhoseListIsGoneIsNeverCollected() {
        TransactionId id = enlistedAndClosed();
        assertEquals(Decision.COMMIT, h.decision(id).decision());
        h.ok(Op.delete(Paths.list(id), Op.ANY_VERSION));
        h.pass(Duration.ofHours(3));
        assertFalse(gone(id), "a voted YES and acknowledged nothing (rule 4)");
        assertTrue(h.exists(Paths.slot(id, "a")));
        TransactionId other = finished();
        h.until("collected", () -> gone(other));
    }

    @Test
    void aHistoryThatMayNotBeReadHoldsUpNoOtherGeneration() {
        h.ok(Op.createEmpty(Paths.history(1)), Op.createEmpty(Paths.historyPage(1, 1)));
        h.ensemble.changeAcl(Paths.historyPage(1, 1), true);
        TransactionId stuck = finished();
        h.until("generation 2 is open", () -> h.generation() == 2);
        h.pass(Duration.ofMinutes(1));
        assertFalse(gone(stuck));
        TransactionId other = finished();
        h.until("collected", () -> gone(other));
    }

    @Test
    void aForeignPageWithTheLastNumberIsSteppedOver() {
        h.ok(
                Op.createEmpty(Paths.history(1)),
                Op.create(Paths.history(1) + "/page-999999999", "?".getBytes(StandardCharsets.UTF_8)));
        TransactionId first = committed("a");
        TransactionId second = finished();
        h.until("collected", () -> gone(second));
        leader.store().breakConnection();
        h.until("c1 leads again", () -> leader.counts().terms() == 2);
        h.acknowledge(first, "a", BranchOutcome.COMMITTED);
        h.until("collected", () -> gone(first));
        assertEquals(OutcomeState.COMMITTED, page(1).get(second));
        assertEquals(OutcomeState.COMMITTED, page(2).get(first));
    }

    private Map<TransactionId, OutcomeState> page(int number) {
        return Records.historyPage(h.ensemble.committed().data(Paths.historyPage(1, number)));
    }

    @Test
    void aStrayInThePlaceOfALostSlotGoesWithTheRecord() {
        TransactionId id = h.begin("a", "b");
        h.vote(id, "b", Vote.NO);
        assertEquals(Decision.ABORT, h.decision(id).decision());
        h.ok(Op.delete(Paths.slot(id, "a"), 0), Op.createEmpty(Paths.record(id) + "/note"));
        h.until("collected", () -> gone(id));
    }

    @Test
    void aParticipantsDirectoryThatMayNotBeReadIsNotAskedForInAHotLoop() {
        h.ensemble.changeAcl(Paths.PARTICIPANTS, true);
        h.pass(Duration.ofHours(2));
        int before = leader.net().readings.size();
        h.pass(Duration.ofMinutes(10));
        long asked = leader.net().readings.subList(before, leader.net().readings.size()).stream()
                .filter(Paths.PARTICIPANTS::equals)
                .count();
        assertTrue(asked < 100, asked + " readings in ten minutes");
    }

    @Test
    void anAnswerThatCannotBeWrittenIsNotRepeatedInAHotLoop() {
        TransactionId id = committed("a");
        String heuristic = Paths.historyHeuristic(id);
        h.ok(Op.createEmpty(Paths.history(1)), Op.createEmpty(heuristic), Op.createEmpty(heuristic + "/below"));
        h.ok(Op.create(
                Paths.operation("op"),
                Records.operation(Operation.request(Operation.Kind.FORGET, id, "ann", "mended"))));
        h.pass(Duration.ofMinutes(30));
        int before = leader.net().readings.size();
        h.pass(Duration.ofMinutes(10));
        long asked = leader.net().readings.subList(before, leader.net().readings.size()).stream()
                .filter(Paths.operation("op")::equals)
                .count();
        assertTrue(asked < 100, asked + " readings in ten minutes");
        h.ok(Op.delete(heuristic + "/below", Op.ANY_VERSION));
        h.until("answered", () -> h.answer("op").isPresent());
        assertFalse(h.exists(heuristic));
    }

    @Test
    void anOperatorWhoAsksAboutWhatWasSetAsideIsAnswered() {
        TransactionId id = h.begin(Duration.ofHours(1));
        h.ok(
                Op.check(Paths.record(id), 0),
                Op.create(Paths.list(id), Records.list(List.of("a"))),
                Op.createEmpty(Paths.slot(id, "a")));
        h.pass(Duration.ofSeconds(1));
        h.ok(Op.delete(Paths.list(id), Op.ANY_VERSION));
        h.until("set aside", () -> leader.counts().garbage() > 0);
        h.pass(Duration.ofSeconds(1));
        Operation.Result result = h.operate("op", Operation.Kind.ABORT, id);
        assertTrue(result.done(), result.detail());
        assertEquals(Decision.ABORT, h.decision(id).decision());
    }

    @Test
    void aBrokenConnectionLeavesNoSecondLookAtItsOwnPresence() {
        for (int i = 0; i < 20; i++) {
            leader.store().breakConnection();
            h.pass(Duration.ofSeconds(5));
        }
        h.ok(Op.set(Paths.coordinator("c1"), "?".getBytes(StandardCharsets.UTF_8), Op.ANY_VERSION));
        h.pass(Duration.ofMinutes(1));
        int before = leader.net().readings.size();
        h.pass(Duration.ofMinutes(10));
        long asked = leader.net().readings.subList(before, leader.net().readings.size()).stream()
                .filter(Paths.coordinator("c1")::equals)
                .count();
        assertTrue(asked < 40, asked + " readings in ten minutes, one each 30 s is meant");
    }

    @Test
    void aGenerationThatOverflowsIsSealedBeforeItsDelay() {
        Harness other = new Harness();
        other.lead(settings -> settings.generationSize(10).sealDelay(Duration.ofHours(1)));
        for (int i = 0; i < 10; i++) {
            other.begin("a");
        }
        other.until("generation 2 is open", () -> other.generation() == 2);
        other.pass(Duration.ofMinutes(1));
        assertEquals(0, other.ensemble.committed().version(Paths.generation(1)), "begins may still come");
        Harness.Begins late = other.beginsIn(1);
        int begun = 0;
        while (begun < 1_000 && late.next()) {
            begun++;
        }
        assertTrue(begun >= 5, "the delay is meant for these");
        assertTrue(begun < 100, begun + " more begun in a generation that was to take 10");
    }

    @Test
    void whereBeginsComeFastGenerationsAreSealedBeforeTheirDelay() {
        Harness other = new Harness();
        other.lead(settings -> settings.generationSize(2).sealDelay(Duration.ofHours(1)));
        for (int generation = 1; generation <= 5; generation++) {
            long current = generation;
            other.until("generation " + generation + " is open", () -> other.generation() == current);
            for (int i = 0; generation < 5 && i < 2; i++) {
                other.begin("a");
            }
        }
        other.until("generation 1 is sealed", () -> other.ensemble.committed().version(Paths.generation(1)) == 1);
        assertEquals(0, other.ensemble.committed().version(Paths.generation(2)), "begins may still come");
    }

    @Test
    void whatChangesDuringATakeoverIsNotTakenForForeign() {
        TransactionId id = h.begin("a", "b");
        leader.store().breakConnection();
        h.until("a new epoch", () -> h.epoch() == 2);
        h.vote(id, "a", Vote.YES);
        h.vote(id, "b", Vote.YES);
        h.decision(id);
        assertEquals(0, leader.counts().garbage());
    }
}
