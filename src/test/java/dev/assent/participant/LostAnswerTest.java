package dev.assent.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.Slot;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Vote;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes whose answers are lost, and votes that somebody else gave first (rules 2 to 4). */
class LostAnswerTest {
    private World world;

    @BeforeEach
    void newWorld() throws Exception {
        world = new World();
    }

    @Test
    void aVoteThatWasDoneUnheardStands() throws Exception {
        World.Peer process = world.start();
        process.store.next(ops -> World.touchesSlot(ops, 0), TamperedStore.Fate.DONE_UNHEARD);
        TransactionId id = world.begin("bank", "shop");
        world.time.until(
                "in doubt",
                () -> world.slot(id).votes(Vote.YES) && process.status().inDoubt() == 1);
        world.time.settle();
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        assertEquals(List.of(1L, 1L, 0L), counts());
    }

    @Test
    void aVoteThatWasNeverDoneIsSentAgain() throws Exception {
        World.Peer process = world.start();
        process.store.next(ops -> World.touchesSlot(ops, 0), TamperedStore.Fate.NEVER_DONE);
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        assertEquals(List.of(1L, 1L, 0L), counts());
    }

    @Test
    void aVoteThatArrivesAfterItsRepetitionChangesNothing() throws Exception {
        World.Peer process = world.start();
        process.store.next(ops -> World.touchesSlot(ops, 0), TamperedStore.Fate.DONE_LATER);
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        process.store.release();
        world.time.settle();
        assertEquals(SlotView.Status.VOTED, world.slot(id).status());
        world.decide(id, Decision.ABORT);
        assertEquals(BranchOutcome.ABORTED, world.awaitAcknowledgement(id));
    }

    @Test
    void aYesUnderWayIsNotUndoneBeforeTheSlotSaysSo() throws Exception {
        World.Peer process = world.start();
        process.store.next(ops -> World.touchesSlot(ops, 0), TamperedStore.Fate.DONE_LATER);
        process.store.next(ops -> World.touchesSlot(ops, 0), TamperedStore.Fate.NEVER_DONE);
        process.store.next(ops -> World.touchesSlot(ops, 0), TamperedStore.Fate.NEVER_DONE);
        TransactionId id = world.begin("bank", "shop");
        world.time.until("prepared", () -> world.disk.count("prepare") == 1);
        world.time.settle();
        process.store.release();
        world.awaitVote(id);
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        assertEquals(List.of(1L, 1L, 0L), counts());
    }

    @Test
    void aNoHasToBeDurableBeforeTheRollback() throws Exception {
        World.Peer process = world.start();
        world.disk.afterPrepare = branch -> {
            throw new IllegalStateException("disk full");
        };
        for (int i = 0; i < 3; i++) {
            process.store.next(ops -> World.touchesSlot(ops, 0), TamperedStore.Fate.NEVER_DONE);
        }
        List<SlotView> atRollback = new ArrayList<>();
        world.disk.beforeRollback = branch -> atRollback.add(world.slot(branch.transaction()));
        world.begin("bank", "shop");
        world.time.until("rolled back", () -> !atRollback.isEmpty());
        assertTrue(atRollback.get(0).votes(Vote.NO));
    }

    @Test
    void anotherAttemptsVoteUndoesTheOwnBranchAlone() throws Exception {
        World.Peer process = world.start();
        process.pool.hold();
        TransactionId id = world.begin("bank", "shop");
        world.time.until("prepare waits", () -> process.pool.waiting() == 1);
        Slot other = Slot.vote(Vote.YES, "other", "00000000000000aa", "disk-1", "");
        world.write(Op.set(Paths.slot(id, "bank"), Records.slot(other), 0));
        process.pool.release();
        world.time.until("undone", () -> world.disk.state(process.attempt()) == MemoryResource.State.ROLLED_BACK);
        assertEquals(other, world.slot(id).slot().orElseThrow());
    }

    @Test
    void anAcknowledgementThatWasDoneUnheardIsNotRepeated() throws Exception {
        World.Peer process = world.start();
        process.store.next(ops -> World.touchesSlot(ops, 1), TamperedStore.Fate.DONE_UNHEARD);
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        world.time.until("nothing left", () -> process.status().branches() == 0);
        assertEquals(List.of(1L, 1L, 0L), counts());
    }

    @Test
    void anAcknowledgementThatWasNeverDoneIsSentAgain() throws Exception {
        World.Peer process = world.start();
        process.store.next(ops -> World.touchesSlot(ops, 1), TamperedStore.Fate.NEVER_DONE);
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        assertFalse(world.inInbox(id));
        assertEquals(List.of(1L, 1L, 0L), counts());
    }

    @Test
    void aNoGoesOnWithoutAnEntryThatIsGone() throws Exception {
        World.Peer process = world.start();
        world.disk.answer = Prepared.no("no money");
        process.pool.hold();
        TransactionId id = world.begin("bank", "shop");
        world.time.until("prepare waits", () -> process.pool.waiting() == 1);
        world.write(Op.delete(Paths.inboxEntry("bank", id), Op.ANY_VERSION));
        process.pool.release();
        world.awaitVote(id);
        assertTrue(world.slot(id).votes(Vote.NO));
    }

    @Test
    void anInterruptedConnectionLosesNoDecision() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        process.connection.cutConnection();
        world.decide(id, Decision.COMMIT);
        world.time.pass(Duration.ofSeconds(3));
        process.connection.heal();
        world.time.pass(Duration.ofSeconds(1));
        assertEquals(SlotView.Status.FINISHED, world.slot(id).status(), "read again at the reconnect, not at a rescan");
    }

    @Test
    void theDecisionIsWatchedAgainAfterAnInterruption() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        process.connection.cutConnection();
        process.connection.heal();
        world.time.pass(Duration.ofSeconds(1));
        world.decide(id, Decision.COMMIT);
        world.time.pass(Duration.ofSeconds(1));
        assertEquals(SlotView.Status.FINISHED, world.slot(id).status(), "by a watch, not by a rescan");
    }

    @Test
    void aSessionThatEndedLosesNothing() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        process.connection.endSession();
        TransactionId second = world.begin("bank", "shop");
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        world.awaitVote(second);
        assertTrue(world.node(Paths.instance("bank", process.participant.instance()))
                .isPresent());
    }

    private List<Long> counts() {
        return List.of(world.disk.count("prepare"), world.disk.count("commit"), world.disk.count("rollback"));
    }
}
