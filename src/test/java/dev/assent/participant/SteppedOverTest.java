package dev.assent.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.Decision;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Vote;
import dev.assent.store.InboxEntry;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What cannot be read, or comes in a form nobody expects, holds up nothing else (rule 12). */
class SteppedOverTest {
    private World world;

    @BeforeEach
    void newWorld() throws Exception {
        world = new World();
    }

    @Test
    void aRecordThatMayNotBeReadDoesNotHoldUpTheRecoveryOfOthers() throws Exception {
        TransactionId hidden = world.nextId();
        world.open(hidden);
        BranchId left = new BranchId(World.INSTALLATION, hidden, World.BANK, "00000000000000aa");
        BranchId orphan = new BranchId(World.INSTALLATION, world.nextId(), World.BANK, "00000000000000aa");
        world.disk.branches.put(left, MemoryResource.State.PREPARED);
        world.disk.branches.put(orphan, MemoryResource.State.PREPARED);
        World.Peer process = world.prepareStart(World.CONFIG, world.disk);
        process.store.unreadable = path -> path.equals(Paths.record(hidden));
        world.time.until(
                "the orphan is undone", () -> world.disk.branches.get(orphan) == MemoryResource.State.ROLLED_BACK);
        world.awaitVote(world.begin("bank", "shop"));
        world.time.pass(Duration.ofMinutes(5));
        assertEquals(MemoryResource.State.PREPARED, world.disk.branches.get(left), "nothing is known about it");
        process.store.unreadable = path -> false;
        world.decide(hidden, Decision.ABORT);
        world.time.until("undone", () -> world.disk.branches.get(left) == MemoryResource.State.ROLLED_BACK);
    }

    /** As where transactions share znodes, and one begins between the reading of the records and that of the inbox. */
    @Test
    void workWhoseRecordWasReadTooEarlyIsLookedAtAgain() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.nextId();
        boolean[] read = {false};
        process.store.reading = path -> read[0] |= path.equals(Paths.record(id));
        world.write(Op.create(Paths.inboxEntry(World.BANK, id), Records.inboxEntry(InboxEntry.work(new byte[1]))));
        world.time.until("its record was asked for", () -> read[0]);
        world.write(
                Op.create(Paths.record(id), Records.begin(World.record(List.of(World.BANK, "shop"), false))),
                Op.createEmpty(Paths.slot(id, World.BANK)),
                Op.createEmpty(Paths.slot(id, "shop")));
        world.awaitVote(id);
    }

    @Test
    void aSlotThatMayNotBeReadLeavesItsBranchInDoubt() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        process.kill();
        World.Peer next = world.prepareStart(World.CONFIG, world.disk);
        next.store.unreadable = path -> path.equals(Paths.slot(id, World.BANK));
        world.decide(id, Decision.COMMIT);
        world.awaitVote(world.begin("bank", "shop"));
        world.time.pass(Duration.ofMinutes(5));
        assertEquals(MemoryResource.State.PREPARED, world.disk.branches.get(process.branch(id)));
        next.store.unreadable = path -> false;
        world.awaitAcknowledgement(id);
    }

    @Test
    void aPresenceThatMayNotBeReadDoesNotKeepAnInstanceFromStarting() throws Exception {
        world.get(world.start().participant.close());
        String ghost = Paths.instance(World.BANK, "ghost");
        world.write(Op.create(ghost, "mine".getBytes(StandardCharsets.UTF_8)));
        World.Peer process = world.prepareStart(World.CONFIG, world.disk);
        process.store.unreadable = ghost::equals;
        world.awaitVote(world.begin("bank", "shop"));
    }

    @Test
    void anInboxThatMayNotBeListedDoesNotHideTheOthers() throws Exception {
        world.get(world.start().participant.close());
        String hidden = Paths.inbox(World.BANK, 2);
        world.write(Op.create(Paths.generation(2), Records.generation(false)), Op.createEmpty(hidden));
        TransactionId id = world.begin("bank", "shop");
        World.Peer process = world.prepareStart(World.CONFIG, world.disk);
        process.store.unreadable = hidden::equals;
        world.awaitVote(id);
    }

    @Test
    void aRefusalWithoutAReasonIsARefusal() throws Exception {
        World.Peer process = world.start();
        world.disk.answer = Prepared.no(null);
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        assertEquals(Vote.NO, world.slot(id).slot().orElseThrow().vote());
        assertFalse(world.slot(id).slot().orElseThrow().reason().isBlank());
        world.time.until("over", () -> process.status().branches() == 0);
    }

    /** Fails, and fails again when asked how. */
    private static final class Unspeakable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no words");
        }
    }

    @Test
    void aFailureThatCannotBePutInWordsIsAFailure() throws Exception {
        World.Peer process = world.start();
        world.disk.beforePrepare = branch -> {
            throw new Unspeakable();
        };
        TransactionId refused = world.begin("bank", "shop");
        world.awaitVote(refused);
        assertEquals(Vote.NO, world.slot(refused).slot().orElseThrow().vote());
        world.time.until("over", () -> process.status().branches() == 0);

        world.disk.beforePrepare = branch -> {};
        int[] failures = {3};
        world.disk.beforeCommit = branch -> {
            if (failures[0]-- > 0) {
                throw new Unspeakable();
            }
        };
        world.disk.beforeRecover = branch -> {
            throw new Unspeakable();
        };
        TransactionId committed = world.begin("bank", "shop");
        world.awaitVote(committed);
        world.time.pass(Duration.ofMinutes(3));
        world.disk.beforeRecover = branch -> {};
        world.decide(committed, Decision.COMMIT);
        world.awaitAcknowledgement(committed);
        assertEquals(SlotView.Status.FINISHED, world.slot(committed).status());
    }
}
