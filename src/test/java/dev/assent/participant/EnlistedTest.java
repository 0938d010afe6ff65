package dev.assent.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Vote;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Work done under an open transaction's id (section 3). */
class EnlistedTest {
    private World world;

    @BeforeEach
    void newWorld() throws Exception {
        world = new World();
    }

    private EnlistedBranch enlist(World.Peer process, TransactionId id) throws Exception {
        EnlistedBranch branch = world.get(process.participant.enlist(id));
        world.disk.work(branch.branch());
        return branch;
    }

    private String refusal(World.Peer process, TransactionId id) {
        ExecutionException failed =
                assertThrows(ExecutionException.class, () -> world.get(process.participant.enlist(id)));
        assertTrue(failed.getCause() instanceof EnlistmentRefusedException, () -> failed.toString());
        return failed.getCause().getMessage();
    }

    private void closeNaming(World.Peer holder, TransactionId id) throws Exception {
        world.closeList(id, holder.participant.instance(), holder.attempt());
    }

    @Test
    void enlistedWorkIsPreparedOnceTheListIsClosed() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.open();
        EnlistedBranch branch = enlist(process, id);
        assertEquals(branch, world.get(process.participant.enlist(id)), "the same branch for the same transaction");
        assertEquals(id + ":bank:" + process.participant.instance() + ":" + process.attempt(), branch.token());
        world.time.settle();
        assertEquals(0, world.disk.count("prepare"));
        closeNaming(process, id);
        world.awaitVote(id);
        assertTrue(world.slot(id).votes(Vote.YES));
        assertEquals(0, world.disk.lastPayload.length);
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        assertEquals(MemoryResource.State.COMMITTED, world.disk.branches.get(branch.branch()));
    }

    @Test
    void refusesWhatIsNotOpen() throws Exception {
        World.Peer process = world.start();
        assertTrue(refusal(process, TransactionId.of(1, 77)).contains("no such transaction"));
        assertTrue(refusal(process, world.begin("bank", "shop")).contains("bank/"));
        TransactionId closed = world.open();
        world.closeList(closed, "other", "00000000000000aa");
        assertTrue(refusal(process, closed).contains("closed"));
        TransactionId decided = world.open();
        world.decide(decided, Decision.ABORT);
        assertTrue(refusal(process, decided).contains("ABORT"));
    }

    @Test
    void aBranchThatNobodyAsksToPrepareIsUndoneAndThenRefused() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.open();
        EnlistedBranch branch = enlist(process, id);
        world.time.until("undone", () -> world.disk.branches.get(branch.branch()) == MemoryResource.State.ROLLED_BACK);
        assertTrue(refusal(process, id).contains("undone"));
        world.time.pass(Duration.ofMinutes(2));
        assertTrue(refusal(process, id).contains("undone"), "as long as the transaction is open");
        closeNaming(process, id);
        world.awaitVote(id);
        assertTrue(world.slot(id).votes(Vote.NO));
        assertEquals(0, world.disk.count("prepare"));
    }

    @Test
    void aClosedListWithoutItUndoesTheBranch() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.open();
        EnlistedBranch branch = enlist(process, id);
        world.write(Op.create(Paths.list(id), Records.list(List.of("shop"))), Op.createEmpty(Paths.slot(id, "shop")));
        world.time.pass(Duration.ofSeconds(1));
        assertEquals(MemoryResource.State.ROLLED_BACK, world.disk.branches.get(branch.branch()));
    }

    @Test
    void anAbortOfAnOpenTransactionUndoesTheBranch() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.open();
        EnlistedBranch branch = enlist(process, id);
        world.write(Op.create(Paths.list(id), Records.list(List.of())));
        world.decide(id, Decision.ABORT);
        world.time.pass(Duration.ofSeconds(1));
        assertEquals(MemoryResource.State.ROLLED_BACK, world.disk.branches.get(branch.branch()));
    }

    @Test
    void onlyTheNamedAttemptVotesYes() throws Exception {
        World.Peer first = world.start();
        World.Peer second = world.start();
        TransactionId id = world.open();
        EnlistedBranch named = enlist(first, id);
        EnlistedBranch other = enlist(second, id);
        closeNaming(first, id);
        world.awaitVote(id);
        assertEquals(first.attempt(), world.slot(id).slot().orElseThrow().attempt());
        world.time.until("undone", () -> world.disk.branches.get(other.branch()) == MemoryResource.State.ROLLED_BACK);
        assertEquals(MemoryResource.State.PREPARED, world.disk.branches.get(named.branch()));
        assertEquals(1, world.disk.count("prepare"));
    }

    @Test
    void aSiblingVotesNoOnceTheHolderIsGone() throws Exception {
        World.Peer first = world.start();
        World.Peer second = world.start();
        TransactionId id = world.open();
        EnlistedBranch branch = enlist(first, id);
        first.pool.hold();
        closeNaming(first, id);
        world.time.pass(Duration.ofSeconds(5));
        assertEquals(SlotView.Status.EMPTY, world.slot(id).status(), "the holder is there");
        first.kill();
        world.awaitVote(id);
        assertTrue(world.slot(id).votes(Vote.NO));
        assertEquals(0, world.disk.count("prepare"));
        world.time.until("undone", () -> world.disk.branches.get(branch.branch()) == MemoryResource.State.ROLLED_BACK);
        assertEquals(0, second.status().branches());
    }

    @Test
    void anEnlistedBranchOfAKilledProcessWaitsForTheList() throws Exception {
        World.Peer first = world.start();
        TransactionId id = world.open();
        EnlistedBranch branch = enlist(first, id);
        first.kill();
        world.start();
        world.time.pass(Duration.ofMinutes(3));
        assertEquals(MemoryResource.State.WORKING, world.disk.branches.get(branch.branch()));
        closeNaming(first, id);
        world.awaitVote(id);
        assertTrue(world.slot(id).votes(Vote.NO));
        world.time.until("undone", () -> world.disk.branches.get(branch.branch()) == MemoryResource.State.ROLLED_BACK);
    }

    /** An initiator that abandons many at once must not make every instance read all of them at once (rule 10). */
    @Test
    void whatWasUndoneIsSweptAFewAtATime() throws Exception {
        World.Peer process = world.start();
        List<TransactionId> ids = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            TransactionId id = world.open();
            ids.add(id);
            world.get(process.participant.enlist(id));
        }
        world.time.pass(World.CONFIG.enlistedTimeout().plusSeconds(1));
        assertEquals(0, process.status().branches());
        process.store.mostOutstanding = 0;
        for (TransactionId id : ids) {
            world.decide(id, Decision.ABORT);
        }
        world.time.pass(Duration.ofMinutes(2));
        int most = process.store.mostOutstanding;
        assertTrue(most > 0 && most <= 200, () -> most + " reads at once");
        // All of them were looked at, and none is any more.
        process.store.reading = path -> assertFalse(path.startsWith(Paths.generation(1) + "/"), path);
        world.time.pass(Duration.ofMinutes(2));
    }
}
