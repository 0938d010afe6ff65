package dev.assent.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Vote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A single participant that commits in one phase (section 2, last paragraph). */
class OnePhaseTest {
    private static final ParticipantConfig SAME_INSTANCE = World.CONFIG.withInstance("teller-1");

    private World world;

    @BeforeEach
    void newWorld() throws Exception {
        world = new World();
    }

    private BranchOutcome outcome(TransactionId id) throws Exception {
        return world.awaitAcknowledgement(id);
    }

    @Test
    void aSingleParticipantCommitsInOnePhase() throws Exception {
        World.Peer process = world.start(World.CONFIG, world.onePhase);
        TransactionId id = world.begin("bank");
        List<SlotView> before = new ArrayList<>();
        world.onePhase.beforeCommitOnePhase = branch -> before.add(world.slot(id));
        assertEquals(BranchOutcome.COMMITTED, outcome(id));
        assertTrue(before.get(0).votes(Vote.DELEGATED), "committed only behind its own DELEGATED");
        assertTrue(world.slot(id).votes(Vote.DELEGATED));
        assertFalse(world.inInbox(id));
        assertEquals(0, world.onePhase.count("prepare"));
        assertEquals(MemoryResource.State.COMMITTED, world.onePhase.state(process.attempt()));
    }

    @Test
    void twoParticipantsNeedTwoPhases() throws Exception {
        world.start(World.CONFIG, world.onePhase);
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        assertTrue(world.slot(id).votes(Vote.YES));
    }

    @Test
    void enlistedWorkNeedsTwoPhases() throws Exception {
        World.Peer process = world.start(World.CONFIG, world.onePhase);
        TransactionId id = world.open();
        world.onePhase.work(world.get(process.participant.enlist(id)).branch());
        world.closeList(id, process.participant.instance(), process.attempt());
        world.awaitVote(id);
        assertTrue(world.slot(id).votes(Vote.YES));
    }

    @Test
    void aRefusalIsFencedAndReported() throws Exception {
        world.start(World.CONFIG, world.onePhase);
        world.onePhase.result = OnePhaseResource.OnePhase.FENCED;
        TransactionId id = world.begin("bank");
        assertEquals(BranchOutcome.ABORTED, outcome(id));
    }

    @Test
    void aFailureIsResolvedByMarkerOrFence() throws Exception {
        world.start(World.CONFIG, world.onePhase);
        world.onePhase.afterCommitOnePhase = branch -> {
            throw new IllegalStateException("no answer");
        };
        assertEquals(BranchOutcome.COMMITTED, outcome(world.begin("bank")));
        world.onePhase.beforeCommitOnePhase = branch -> {
            throw new IllegalStateException("no disk");
        };
        assertEquals(BranchOutcome.ABORTED, outcome(world.begin("bank")));
        assertEquals(2, world.onePhase.count("resolve"));
    }

    @Test
    void nothingIsCommittedBehindAnUnconfirmedDelegation() throws Exception {
        World.Peer process = world.start(World.CONFIG, world.onePhase);
        process.store.next(ops -> World.touchesSlot(ops, 0), TamperedStore.Fate.NEVER_DONE);
        process.store.next(ops -> World.touchesSlot(ops, 0), TamperedStore.Fate.NEVER_DONE);
        List<SlotView> before = new ArrayList<>();
        world.onePhase.beforeCommitOnePhase = branch -> before.add(world.slot(branch.transaction()));
        TransactionId id = world.begin("bank");
        assertEquals(BranchOutcome.COMMITTED, outcome(id));
        assertEquals(1, before.size());
        assertTrue(before.get(0).votes(Vote.DELEGATED));
    }

    @Test
    void aKillBeforeTheCommitEndsBehindAFence() throws Exception {
        World.Peer first = world.start(SAME_INSTANCE, world.onePhase);
        first.pool.hold();
        TransactionId id = world.begin("bank");
        world.time.until("delegated", () -> world.slot(id).votes(Vote.DELEGATED) && first.pool.waiting() == 1);
        first.kill();
        world.start(SAME_INSTANCE, world.onePhase);
        assertEquals(BranchOutcome.ABORTED, outcome(id));
        BranchId branch = first.branch(id);
        assertEquals(
                OnePhaseResource.OnePhase.FENCED, world.onePhase.commitOnePhase(branch, new byte[0]), "a late commit");
    }

    @Test
    void aKillAfterTheCommitIsReportedByTheNext() throws Exception {
        World.Peer first = world.start(SAME_INSTANCE, world.onePhase);
        world.onePhase.afterCommitOnePhase = branch -> first.kill();
        TransactionId id = world.begin("bank");
        world.time.until("committed", () -> world.onePhase.state(first.attempt()) == MemoryResource.State.COMMITTED);
        world.time.settle();
        assertEquals(SlotView.Status.VOTED, world.slot(id).status());
        world.start(SAME_INSTANCE, world.onePhase);
        assertEquals(BranchOutcome.COMMITTED, outcome(id));
        assertEquals(1, world.onePhase.count("one-phase"));
    }

    @Test
    void aDelegationIsNotResolvedWithoutAOnePhaseResource() throws Exception {
        World.Peer first = world.start(SAME_INSTANCE, world.onePhase);
        first.pool.hold();
        TransactionId id = world.begin("bank");
        world.time.until("delegated", () -> world.slot(id).votes(Vote.DELEGATED));
        first.kill();
        World.Peer second = world.start(SAME_INSTANCE, world.disk);
        world.time.pass(Duration.ofMinutes(1));
        assertEquals(SlotView.Status.VOTED, world.slot(id).status());
        assertEquals(1, second.status().branches());
        assertNull(world.disk.state(first.attempt()));
    }
}
