package dev.assent.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Paths;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ways in which an instance ends (rule 4). */
class DepartureTest {
    private World world;

    @BeforeEach
    void newWorld() throws Exception {
        world = new World();
    }

    private String refusal(World.Peer process) {
        ExecutionException failed =
                assertThrows(ExecutionException.class, () -> world.get(process.participant.retire()));
        return failed.getCause().getMessage();
    }

    @Test
    void aCloseLeavesWhatIsInDoubt() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        world.get(process.participant.close());
        assertTrue(world.node(Paths.instance("bank", process.participant.instance()))
                .isEmpty());
        world.decide(id, Decision.ABORT);
        world.begin("bank", "shop");
        world.time.pass(Duration.ofMinutes(3));
        assertEquals(List.of("recover", "prepare " + process.attempt()), world.disk.calls);
        world.get(process.participant.close());
    }

    @Test
    void aCloseLetsARunningCommitEndAndBeAcknowledged() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        process.pool.hold();
        world.decide(id, Decision.COMMIT);
        world.time.until("commit runs", () -> process.pool.waiting() == 1);
        var closed = process.participant.close();
        world.time.pass(Duration.ofSeconds(1));
        assertFalse(closed.isDone());
        process.pool.release();
        world.get(closed);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
    }

    @Test
    void aCloseWaitsNoLongerThanItsTimeout() throws Exception {
        World.Peer process = world.start();
        process.pool.hold();
        TransactionId id = world.begin("bank", "shop");
        world.time.until("prepare runs", () -> process.pool.waiting() == 1);
        var closed = process.participant.close();
        world.time.pass(World.CONFIG.closeTimeout().plusSeconds(1));
        assertTrue(closed.isDone());
        process.pool.release();
        world.time.pass(Duration.ofMinutes(1));
        assertEquals(SlotView.Status.EMPTY, world.slot(id).status());
        assertTrue(world.inInbox(id));
    }

    @Test
    void aRetiredParticipantIsGone() throws Exception {
        World.Peer process = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        assertTrue(refusal(process).contains("in progress"));
        world.decide(id, Decision.COMMIT);
        world.awaitAcknowledgement(id);
        world.time.settle();
        world.get(process.participant.retire());
        assertTrue(world.node(Paths.participant("bank")).isEmpty());
        world.time.pass(Duration.ofMinutes(5));
        assertTrue(world.node(Paths.participant("bank")).isEmpty());
    }

    @Test
    void aParticipantWithABranchLeftDoesNotRetire() throws Exception {
        world.disk.branches.put(
                new BranchId(UUID.randomUUID(), TransactionId.of(1, 5), "bank", "00000000000000aa"),
                MemoryResource.State.PREPARED);
        World.Peer process = world.start();
        assertTrue(refusal(process).contains("still holds 1"));
        world.awaitVote(world.begin("bank", "shop"));
    }

    @Test
    void aParticipantWithASiblingOrWorkDoesNotRetire() throws Exception {
        World.Peer process = world.start();
        World.Peer sibling = world.start();
        assertTrue(refusal(process).contains("another instance"));
        world.get(sibling.participant.close());
        world.begin(world.nextId(), "rubbish".getBytes(StandardCharsets.UTF_8), "bank", "shop");
        assertTrue(refusal(process).contains("work"));
        assertTrue(world.node(Paths.participant("bank")).isPresent());
    }

    /** Siblings would take it for alive, and leave its branches to it. */
    @Test
    void aCloseWhileNotConnectedLeavesNoPresenceBehindOnceConnected() throws Exception {
        World.Peer first = world.start(World.CONFIG, world.onePhase);
        first.pool.hold();
        TransactionId id = world.begin("bank");
        world.time.until(
                "delegated", () -> world.slot(id).status() == SlotView.Status.VOTED && first.pool.waiting() == 1);
        first.connection.breakConnection();
        var closed = first.participant.close();
        first.pool.release();
        world.get(closed);
        assertEquals(SlotView.Status.VOTED, world.slot(id).status(), "its report was lost");
        world.start(World.CONFIG, world.onePhase);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        assertTrue(
                world.node(Paths.instance("bank", first.participant.instance())).isEmpty());
    }

    @Test
    void aCloseWhileItAppearsLeavesNoPresenceBehind() throws Exception {
        World.Peer process = world.prepareStart(World.CONFIG, world.disk);
        String path = Paths.instance("bank", process.participant.instance());
        List<CompletableFuture<Void>> closed = new ArrayList<>();
        process.store.sending = ops -> {
            if (ops.get(0).path().equals(path)) {
                closed.add(process.participant.close());
            }
        };
        world.time.until("closed", () -> !closed.isEmpty() && closed.get(0).isDone());
        world.time.pass(Duration.ofMinutes(1));
        assertTrue(world.node(path).isEmpty());
    }
}
