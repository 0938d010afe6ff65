package dev.assent.participant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.Slot;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Vote;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One instance and one transaction: what reaches the tree and the resource, and in which order. */
class ParticipantTest {
    private World world;

    @BeforeEach
    void newWorld() throws Exception {
        world = new World();
    }

    private Vote vote(TransactionId id) {
        return world.slot(id).slot().map(Slot::vote).orElseThrow();
    }

    @Test
    void registersAndAppears() throws Exception {
        World.Peer process = world.start();
        assertEquals(
                "memory",
                Records.registration(
                        world.node(Paths.participant(World.BANK)).orElseThrow().data()));
        String presence = Paths.instance(World.BANK, process.participant.instance());
        assertEquals(
                new Records.Presence(process.attempt(), "disk-1"),
                Records.presence(world.node(presence).orElseThrow().data()));
        assertTrue(world.node(presence).orElseThrow().ephemeral());
        assertTrue(world.node(Paths.inbox(World.BANK, 1)).isPresent());
        assertTrue(world.node(Paths.heuristics(World.BANK)).isPresent());
    }

    @Test
    void votesYesCommitsAndAcknowledges() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        assertEquals(
                Slot.vote(Vote.YES, process.participant.instance(), process.attempt(), "disk-1", ""),
                world.slot(id).slot().orElseThrow());
        assertArrayEquals("pay".getBytes(StandardCharsets.UTF_8), world.disk.lastPayload);
        assertTrue(world.inInbox(id), "a YES keeps its inbox entry until it is acknowledged");
        assertEquals(1, process.status().inDoubt());
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        assertEquals(MemoryResource.State.COMMITTED, world.disk.state(process.attempt()));
        assertFalse(world.inInbox(id));
        world.time.settle();
        assertEquals(0, process.status().branches());
    }

    @Test
    void rollsBackAfterAbort() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        world.decide(id, Decision.ABORT);
        assertEquals(BranchOutcome.ABORTED, world.awaitAcknowledgement(id));
        assertEquals(MemoryResource.State.ROLLED_BACK, world.disk.state(process.attempt()));
        assertFalse(world.inInbox(id));
    }

    @Test
    void votesNoAndOwesNothing() throws Exception {
        World.Peer process = world.start();
        world.disk.answer = Prepared.no("no money");
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        assertEquals(Vote.NO, vote(id));
        assertEquals("no money", world.slot(id).slot().orElseThrow().reason());
        assertFalse(world.inInbox(id));
        world.time.settle();
        assertEquals(0, process.status().branches());
        assertEquals(0, world.disk.count("rollback"));
    }

    @Test
    void votesReadOnlyAndOwesNothing() throws Exception {
        World.Peer process = world.start();
        world.disk.answer = Prepared.readOnly();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        assertEquals(Vote.READ_ONLY, vote(id));
        assertFalse(world.inInbox(id));
        world.decide(id, Decision.COMMIT);
        world.time.settle();
        assertEquals(0, process.status().branches());
        assertEquals(0, world.disk.count("commit"));
    }

    @Test
    void writesNoBeforeItRollsBackWhatMayBePrepared() throws Exception {
        World.Peer process = world.start();
        world.disk.afterPrepare = branch -> {
            throw new IllegalStateException("disk full");
        };
        TransactionId id = world.begin("bank", "shop");
        List<SlotView> atRollback = new ArrayList<>();
        world.disk.beforeRollback = branch -> atRollback.add(world.slot(id));
        world.time.until("rolled back", () -> world.disk.count("rollback") == 1);
        assertEquals(Vote.NO, atRollback.get(0).slot().orElseThrow().vote());
        assertTrue(vote(id) == Vote.NO
                && world.slot(id).slot().orElseThrow().reason().contains("disk full"));
        assertEquals(MemoryResource.State.ROLLED_BACK, world.disk.state(process.attempt()));
    }

    @Test
    void removesTheEntryOfWhatWasAbortedBeforeItVoted() throws Exception {
        World.Peer process = world.start();
        process.pool.hold();
        TransactionId id = world.begin("bank", "shop");
        world.time.until("prepare waits", () -> process.pool.waiting() == 1);
        world.decide(id, Decision.ABORT);
        process.pool.release();
        world.time.until("entry removed", () -> !world.inInbox(id));
        assertEquals(SlotView.Status.EMPTY, world.slot(id).status());
        world.time.until("undone", () -> world.disk.state(process.attempt()) == MemoryResource.State.ROLLED_BACK);
    }

    /** ZooKeeper keeps a watch over an interruption: another callback would be held, and called, beside the first. */
    @Test
    void interruptionsDoNotPileUpWatches() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        world.time.settle();
        for (int i = 0; i < 5; i++) {
            process.connection.breakConnection();
            world.time.until("interrupted", () -> !process.status().connected());
            world.time.until("connected again", () -> process.status().connected());
            world.time.pass(Duration.ofSeconds(1));
        }
        assertEquals(1, process.store.watchers.get(Paths.TRANSACTIONS).size());
        assertEquals(1, process.store.watchers.get(Paths.record(id)).size());
        world.decide(id, Decision.COMMIT);
        world.awaitAcknowledgement(id);
    }
}
