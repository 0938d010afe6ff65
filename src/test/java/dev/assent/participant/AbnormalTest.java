package dev.assent.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Vote;
import dev.assent.store.InboxEntry;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Broken promises, garbage and bounds (rules 10 to 12). */
class AbnormalTest {
    private World world;

    @BeforeEach
    void newWorld() throws Exception {
        world = new World();
    }

    @Test
    void aBrokenPromiseIsAcknowledgedAsWhatItIs() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        world.disk.branches.put(process.branch(id), MemoryResource.State.ROLLED_BACK);
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.HEURISTIC_ROLLBACK, world.awaitAcknowledgement(id));
        assertEquals("was rolled back", world.slot(id).slot().orElseThrow().detail());
        assertEquals(1, world.disk.count("commit"), "never repeated");
    }

    @Test
    void aBrokenPromiseOfABranchThatDoesNotCountIsKept() throws Exception {
        World.Peer process = world.start();
        world.disk.afterPrepare = branch -> {
            world.disk.branches.put(branch, MemoryResource.State.COMMITTED);
            throw new IllegalStateException("who knows");
        };
        process.store.next(
                ops -> ops.get(0).path().startsWith(Paths.heuristics("bank")), TamperedStore.Fate.NEVER_DONE);
        TransactionId id = world.begin("bank", "shop");
        world.time.until("kept", () -> world.node(Paths.heuristic("bank", id)).isPresent());
        Records.Heuristic kept = Records.heuristic(
                world.node(Paths.heuristic("bank", id)).orElseThrow().data());
        assertEquals(BranchOutcome.HEURISTIC_COMMIT, kept.branches().get("bank"));
        assertEquals(OutcomeState.PENDING, kept.outcome());
        world.time.until("over", () -> process.status().branches() == 0);
    }

    @Test
    void aBrokenPromiseWithoutARecordIsKept() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        process.store.next(ops -> World.touchesSlot(ops, 1), TamperedStore.Fate.NEVER_DONE);
        world.disk.beforeRollback = branch -> {
            world.disk.branches.put(branch, MemoryResource.State.COMMITTED);
        };
        process.store.sending = ops -> {
            if (World.touchesSlot(ops, 1) && world.node(Paths.record(id)).isPresent()) {
                collectQuietly(id);
            }
        };
        world.decide(id, Decision.ABORT);
        world.time.until("kept", () -> world.node(Paths.heuristic("bank", id)).isPresent());
        assertEquals(
                OutcomeState.ABORTED,
                Records.heuristic(world.node(Paths.heuristic("bank", id))
                                .orElseThrow()
                                .data())
                        .outcome());
    }

    private void collectQuietly(TransactionId id) {
        try {
            world.collect(id);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFailedCommitIsRepeatedWithGrowingPauses() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        world.disk.beforeCommit = branch -> {
            if (world.disk.count("commit") < 6) {
                throw new IllegalStateException("down");
            }
        };
        long before = process.loop.nanoTime();
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        // The first repetition at once, then four pauses of 50 … 400 ms, each shortened by half at most.
        assertTrue(process.loop.nanoTime() - before >= Duration.ofMillis(375).toNanos());
    }

    @Test
    void garbageIsSteppedOver() throws Exception {
        World.Peer process = world.start();
        TransactionId bad = world.nextId();
        world.begin(bad, "rubbish".getBytes(StandardCharsets.UTF_8), "bank", "shop");
        TransactionId badRecord = world.nextId();
        world.begin(badRecord, Records.inboxEntry(InboxEntry.work(new byte[0])), "bank", "shop");
        world.write(Op.createEmpty(Paths.inbox("bank", 1) + "/what-is-this"));
        world.write(
                Op.create(Paths.record(TransactionId.of(1, 99)), "{".getBytes(StandardCharsets.UTF_8)),
                Op.createEmpty(Paths.inboxEntry("bank", TransactionId.of(1, 99))));
        world.write(Op.createEmpty(Paths.inboxEntry("bank", TransactionId.of(1, 98))));
        TransactionId good = world.begin("bank", "shop");
        world.awaitVote(good);
        world.time.pass(Duration.ofMinutes(2));
        assertEquals(SlotView.Status.EMPTY, world.slot(bad).status());
        assertEquals(2, process.status().inDoubt());
        world.decide(bad, Decision.ABORT);
        world.time.until("the entry of an aborted transaction goes", () -> !world.inInbox(bad));
    }

    @Test
    void anUnreadableSlotIsLeftAlone() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        process.kill();
        world.write(Op.set(Paths.slot(id, "bank"), new byte[] {'{'}, Op.ANY_VERSION));
        world.decide(id, Decision.COMMIT);
        world.start();
        world.time.pass(Duration.ofMinutes(2));
        assertEquals(0, world.disk.count("commit") + world.disk.count("rollback"));
    }

    @Test
    void aVoteKnownToStandIsFollowedByTheDecisionWhateverBecameOfItsSlot() throws Exception {
        world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        world.time.settle();
        world.write(Op.set(Paths.slot(id, "bank"), new byte[] {'{'}, Op.ANY_VERSION));
        world.decide(id, Decision.COMMIT);
        world.time.pass(Duration.ofMinutes(2));
        assertEquals(1, world.disk.count("commit"));
        assertEquals(SlotView.Status.UNREADABLE, world.slot(id).status());
        assertTrue(world.inInbox(id));
    }

    @Test
    void aRecordWhoseAclWasChangedIsNotPrepared() throws Exception {
        World.Peer process = world.start();
        process.connection.cutConnection();
        TransactionId id = world.begin("bank", "shop");
        world.ensemble.changeAcl(Paths.record(id), false);
        process.connection.heal();
        world.time.pass(Duration.ofMinutes(2));
        assertEquals(SlotView.Status.EMPTY, world.slot(id).status());
        assertEquals(0, world.disk.count("prepare"));
    }

    @Test
    void moreWorkThanTheQueueHoldsIsPickedUpLater() throws Exception {
        World.Peer process = world.start(World.CONFIG.withBounds(1, 2, 100), world.disk);
        process.pool.hold();
        List<TransactionId> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(world.begin("bank", "shop"));
        }
        world.time.settle();
        assertTrue(process.status().queued() <= 2, () -> "queued");
        process.pool.release();
        for (TransactionId id : ids) {
            world.awaitVote(id);
        }
        assertEquals(20, world.disk.count("prepare"));
    }

    @Test
    void entriesThatLeadNowhereDoNotHideThoseBehindThem() throws Exception {
        World.Peer process = world.start(World.CONFIG.withBounds(1, 2, 100), world.disk);
        process.connection.cutConnection();
        for (int i = 0; i < 10; i++) {
            world.begin(world.nextId(), "rubbish".getBytes(StandardCharsets.UTF_8), "bank", "shop");
        }
        TransactionId id = world.begin("bank", "shop");
        process.connection.heal();
        world.time.pass(Duration.ofSeconds(5));
        assertTrue(world.slot(id).votes(Vote.YES));
        long reads = reads(process);
        world.time.pass(Duration.ofSeconds(20));
        assertEquals(reads, reads(process), "nothing is read in vain between two rescans");
    }

    private long reads(World.Peer process) {
        long before = world.reads;
        process.store.reading = path -> world.reads++;
        return before;
    }

    @Test
    void aPoolThatRefusesIsAskedAgain() throws Exception {
        World.Peer process = world.start();
        process.pool.refusals = 5;
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        process.pool.refusals = 5;
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        assertEquals(0, world.disk.count("rollback"));
    }

    @Test
    void noMoreBranchesAreHeldThanTheBoundAllows() throws Exception {
        World.Peer process = world.start(World.CONFIG.withBounds(4, 100, 3), world.disk);
        List<TransactionId> ids = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            ids.add(world.begin("bank", "shop"));
        }
        world.time.pass(Duration.ofMinutes(2));
        assertEquals(3, process.status().inDoubt());
        for (TransactionId id : ids) {
            world.time.until("voted", () -> world.slot(id).status() == SlotView.Status.VOTED);
            world.decide(id, Decision.COMMIT);
            world.awaitAcknowledgement(id);
        }
    }
}
