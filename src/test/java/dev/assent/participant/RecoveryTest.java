package dev.assent.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.Slot;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Vote;
import dev.assent.store.InboxEntry;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a process finds that an earlier one left, and what it may conclude (rules 3 to 5). */
class RecoveryTest {
    private static final ParticipantConfig SAME_INSTANCE = World.CONFIG.withInstance("teller-1");
    private World world;

    @BeforeEach
    void newWorld() throws Exception {
        world = new World();
    }

    /** A process that voted YES and died, all its traces but the vote gone from the tree. */
    private World.Peer killedInDoubt(TransactionId[] id) throws Exception {
        World.Peer process = world.start(SAME_INSTANCE, world.disk);
        id[0] = world.begin("bank", "shop");
        world.awaitVote(id[0]);
        process.kill();
        return process;
    }

    @Test
    void aRestartFinishesWhatIsInDoubt() throws Exception {
        TransactionId[] id = new TransactionId[1];
        World.Peer first = killedInDoubt(id);
        World.Peer second = world.start(SAME_INSTANCE, world.disk);
        world.time.until("found", () -> second.status().inDoubt() == 1);
        assertEquals(0, world.disk.count("rollback"));
        world.decide(id[0], Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id[0]));
        assertEquals(MemoryResource.State.COMMITTED, world.disk.state(first.attempt()));
        assertEquals(1, world.disk.count("prepare"));
        assertFalse(world.inInbox(id[0]));
    }

    @Test
    void aRestartAppliesAnAbortThatWasDecidedMeanwhile() throws Exception {
        TransactionId[] id = new TransactionId[1];
        World.Peer first = killedInDoubt(id);
        world.decide(id[0], Decision.ABORT);
        world.start(SAME_INSTANCE, world.disk);
        assertEquals(BranchOutcome.ABORTED, world.awaitAcknowledgement(id[0]));
        assertEquals(MemoryResource.State.ROLLED_BACK, world.disk.state(first.attempt()));
    }

    @Test
    void aBranchCommittedBeforeItsAcknowledgementIsAcknowledgedByTheNext() throws Exception {
        World.Peer first = world.start(SAME_INSTANCE, world.disk);
        first.store.next(ops -> World.touchesSlot(ops, 1), TamperedStore.Fate.NEVER_DONE);
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        first.store.sending = ops -> {
            if (World.touchesSlot(ops, 1)) {
                first.kill();
            }
        };
        world.decide(id, Decision.COMMIT);
        world.time.until("committed", () -> world.disk.state(first.attempt()) == MemoryResource.State.COMMITTED);
        world.time.settle();
        assertEquals(SlotView.Status.VOTED, world.slot(id).status());
        world.start(SAME_INSTANCE, world.disk);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
    }

    @Test
    void whatWasPreparedWithoutAVoteIsRefusedFirstAndUndoneThen() throws Exception {
        World.Peer first = world.start(SAME_INSTANCE, world.disk);
        first.store.sending = ops -> {
            if (World.touchesSlot(ops, 0)) {
                first.store.next(all -> true, TamperedStore.Fate.NEVER_DONE);
                first.kill();
            }
        };
        TransactionId id = world.begin("bank", "shop");
        world.time.until("prepared", () -> world.disk.count("prepare") == 1);
        world.time.settle();
        List<SlotView> atRollback = new ArrayList<>();
        world.disk.beforeRollback = branch -> atRollback.add(world.slot(id));
        world.start(SAME_INSTANCE, world.disk);
        world.time.until("undone", () -> world.disk.state(first.attempt()) == MemoryResource.State.ROLLED_BACK);
        assertTrue(atRollback.get(0).votes(Vote.NO), "NO is durable before the rollback");
        assertEquals(1, world.disk.count("prepare"), "what is left behind is found before new work is taken");
    }

    @Test
    void aYesThatArrivesAfterTheRestartStands() throws Exception {
        World.Peer first = world.start(SAME_INSTANCE, world.disk);
        first.store.next(ops -> World.touchesSlot(ops, 0), TamperedStore.Fate.DONE_LATER);
        first.store.sending = ops -> {
            if (World.touchesSlot(ops, 0)) {
                first.loop.kill();
                first.pool.kill();
            }
        };
        TransactionId id = world.begin("bank", "shop");
        world.time.until("prepared", () -> world.disk.count("prepare") == 1);
        World.Peer second = world.start(SAME_INSTANCE.withInstance("teller-2"), world.disk);
        boolean[] released = new boolean[1];
        second.store.sending = ops -> {
            if (World.touchesSlot(ops, 0) && !released[0]) {
                released[0] = true;
                first.store.release();
            }
        };
        first.kill();
        world.time.until("the late vote", () -> world.slot(id).votes(Vote.YES));
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        String holder = world.slot(id).slot().orElseThrow().attempt();
        assertEquals(MemoryResource.State.COMMITTED, world.disk.state(holder));
        world.time.pass(Duration.ofMinutes(3));
        assertTrue(world.disk.branches.entrySet().stream()
                .filter(entry -> !entry.getKey().attempt().equals(holder))
                .allMatch(entry -> entry.getValue() == MemoryResource.State.ROLLED_BACK));
    }

    @Test
    void noRecordMeansAbort() throws Exception {
        TransactionId[] id = new TransactionId[1];
        World.Peer first = killedInDoubt(id);
        world.decide(id[0], Decision.ABORT);
        world.collect(id[0]);
        world.start(SAME_INSTANCE, world.disk);
        world.time.until("undone", () -> world.disk.state(first.attempt()) == MemoryResource.State.ROLLED_BACK);
        assertTrue(world.node(Paths.heuristic("bank", id[0])).isEmpty());
    }

    @Test
    void aLiveDriverLearnsOfTheAbortThatItMissed() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        world.time.settle();
        process.connection.cutConnection();
        world.decide(id, Decision.ABORT);
        world.collect(id);
        process.connection.heal();
        world.time.until("undone", () -> world.disk.state(process.attempt()) == MemoryResource.State.ROLLED_BACK);
        assertEquals(0, process.status().inDoubt());
    }

    @Test
    void aLiveDriverEndsWhenAnotherInstanceFinishedItsBranch() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        world.time.settle();
        process.connection.cutConnection();
        world.decide(id, Decision.COMMIT);
        world.disk.branches.put(process.branch(id), MemoryResource.State.COMMITTED);
        world.collect(id);
        process.connection.heal();
        world.time.until("nothing left", () -> process.status().branches() == 0);
        assertEquals(0, world.disk.count("rollback"));
    }

    @Test
    void aBranchFinishedWhileThePassRanIsNotTouched() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        boolean[] once = new boolean[1];
        process.store.barrier = () -> unchecked(() -> {
            if (!once[0]) {
                once[0] = true;
                world.decide(id, Decision.COMMIT);
                world.awaitAcknowledgement(id);
                world.time.settle();
                world.collect(id);
            }
        });
        world.time.pass(Duration.ofMinutes(5));
        assertTrue(once[0]);
        assertEquals(0, world.disk.count("rollback"));
        assertTrue(world.node(Paths.heuristic("bank", id)).isEmpty());
    }

    @Test
    void aBranchFinishedByASiblingWhileThePassRanIsNotTouched() throws Exception {
        TransactionId[] id = new TransactionId[1];
        World.Peer first = killedInDoubt(id);
        world.disk.calls.clear();
        world.time.pass(Duration.ofMinutes(1));
        // No entry leads to the branch: only the resource's listing does.
        world.write(Op.delete(Paths.inboxEntry("bank", id[0]), Op.ANY_VERSION));
        int[] barriers = new int[1];
        World.Peer second = world.prepareStart(World.CONFIG, world.disk);
        second.store.barrier = () -> unchecked(() -> {
            // The first one is the connection's, the second the pass's: the branch is listed by then.
            if (++barriers[0] == 2) {
                assertEquals(1, world.disk.count("recover"), "listed once, by this pass");
                world.disk.branches.put(first.branch(id[0]), MemoryResource.State.COMMITTED);
                world.collect(id[0]);
            }
        });
        world.time.until("listed again", () -> world.disk.count("recover") >= 2);
        world.time.settle();
        assertEquals(0, world.disk.count("rollback"));
        assertTrue(world.node(Paths.heuristic("bank", id[0])).isEmpty());
    }

    @Test
    void aForeignInstallationsBranchIsNotTouched() throws Exception {
        BranchId foreign = new BranchId(UUID.randomUUID(), TransactionId.of(1, 5), "bank", "00000000000000aa");
        world.disk.branches.put(foreign, MemoryResource.State.PREPARED);
        World.Peer process = world.start();
        world.time.pass(Duration.ofMinutes(5));
        assertEquals(MemoryResource.State.PREPARED, world.disk.branches.get(foreign));
        assertEquals(1, process.status().untouched());
    }

    @Test
    void aBranchOfANewerGenerationIsNotTouched() throws Exception {
        BranchId newer = new BranchId(World.INSTALLATION, TransactionId.of(2, 5), "bank", "00000000000000aa");
        world.disk.branches.put(newer, MemoryResource.State.PREPARED);
        World.Peer process = world.start();
        world.time.pass(Duration.ofMinutes(5));
        assertEquals(MemoryResource.State.PREPARED, world.disk.branches.get(newer));
        assertEquals(1, process.status().untouched());
    }

    @Test
    void aPassEndsWithItsSession() throws Exception {
        TransactionId[] id = new TransactionId[1];
        World.Peer first = killedInDoubt(id);
        world.decide(id[0], Decision.ABORT);
        world.collect(id[0]);
        int[] lists = new int[1];
        World.Peer[] second = new World.Peer[1];
        world.disk.beforeRecover = branch -> {
            if (++lists[0] == 1) {
                second[0].connection.endSession();
            }
        };
        second[0] = world.prepareStart(SAME_INSTANCE, world.disk);
        world.time.until("undone", () -> world.disk.state(first.attempt()) == MemoryResource.State.ROLLED_BACK);
        assertTrue(lists[0] >= 3, "listed again on the new session, and once more before the conclusion: " + lists[0]);
    }

    @Test
    void aServerThatLagsBehindIsNotBelieved() throws Exception {
        World.Peer first = world.start(SAME_INSTANCE, world.disk);
        for (int follower = 0; follower < 2; follower++) {
            world.ensemble.stall(follower, Duration.ofMinutes(30));
        }
        TransactionId id = world.begin("bank", "shop");
        while (world.slot(id).status() == SlotView.Status.EMPTY) {
            // Until it meets the one server that has the transaction.
            first.connection.endSession();
            world.time.pass(Duration.ofSeconds(1));
        }
        first.kill();
        World.Peer second = world.start(SAME_INSTANCE, world.disk);
        for (int session = 0; session < 8; session++) {
            second.connection.endSession();
            world.time.pass(Duration.ofSeconds(20));
        }
        assertEquals(MemoryResource.State.PREPARED, world.disk.state(first.attempt()));
        assertEquals(1, second.status().inDoubt());
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
    }

    @Test
    void aPassOnALaggingServerMakesItCatchUpFirst() throws Exception {
        List<World.Peer> peers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            peers.add(world.start());
        }
        for (int follower = 0; follower < 2; follower++) {
            world.ensemble.stall(follower, Duration.ofMinutes(30));
        }
        // A process that nobody heard of votes YES and dies.
        TransactionId id = world.open();
        BranchId branch = new BranchId(World.INSTALLATION, id, "bank", "00000000000000aa");
        world.disk.branches.put(branch, MemoryResource.State.PREPARED);
        world.write(
                Op.create(Paths.list(id), Records.list(List.of("bank"))),
                Op.createEmpty(Paths.slot(id, "bank")),
                Op.set(
                        Paths.slot(id, "bank"),
                        Records.slot(Slot.vote(Vote.YES, "x", branch.attempt(), "disk-1", "")),
                        0));
        world.time.pass(Duration.ofMinutes(3));
        assertEquals(MemoryResource.State.PREPARED, world.disk.branches.get(branch));
        for (World.Peer peer : peers) {
            assertEquals(1, peer.status().inDoubt());
        }
        world.decide(id, Decision.COMMIT);
        world.time.pass(Duration.ofMinutes(3));
        assertEquals(MemoryResource.State.COMMITTED, world.disk.branches.get(branch));
        assertEquals(SlotView.Status.FINISHED, world.slot(id).status());
    }

    @Test
    void anOldCopyOfTheTreeIsNotBelieved() throws Exception {
        world.write(
                Op.create(Paths.generation(2), Records.generation(false)),
                Op.set(Paths.TRANSACTIONS, Records.currentGeneration(2), 0));
        World.Peer first = world.start(SAME_INSTANCE, world.disk);
        TransactionId open = TransactionId.of(2, 7);
        world.open(open);
        BranchId enlisted = world.get(first.participant.enlist(open)).branch();
        world.disk.work(enlisted);
        TransactionId voted = TransactionId.of(2, 8);
        world.begin(voted, Records.inboxEntry(InboxEntry.work(new byte[0])), "bank", "shop");
        world.awaitVote(voted);
        first.kill();
        World.Peer second = world.start(SAME_INSTANCE, world.disk);
        world.time.until("both found", () -> second.status().branches() == 2);
        world.collect(open);
        world.collect(voted);
        world.write(
                Op.delete(Paths.generation(2), Op.ANY_VERSION),
                Op.set(Paths.TRANSACTIONS, Records.currentGeneration(1), Op.ANY_VERSION));
        world.time.pass(Duration.ofMinutes(5));
        assertEquals(MemoryResource.State.WORKING, world.disk.branches.get(enlisted));
        assertEquals(MemoryResource.State.PREPARED, world.disk.branches.get(first.branch(voted)));
        assertEquals(0, world.disk.count("rollback"));
    }

    @Test
    void aTreeThatWasReplacedIsNotWorkedIn() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        process.connection.cutConnection();
        world.collect(id);
        world.write(Op.set(Paths.ROOT, Records.installation(UUID.randomUUID()), Op.ANY_VERSION));
        process.connection.heal();
        world.time.pass(Duration.ofMinutes(5));
        assertEquals(MemoryResource.State.PREPARED, world.disk.state(process.attempt()));
        assertFalse(process.status().connected());
    }

    /** A test's step that may throw. */
    private interface Step {
        void run() throws Exception;
    }

    private static void unchecked(Step step) {
        try {
            step.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
