package dev.assent.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several instances of one participant on one resource, and on different ones (rules 3, 4 and 9). */
class SiblingsTest {
    private World world;

    @BeforeEach
    void newWorld() throws Exception {
        world = new World();
    }

    @Test
    void onlyOneInstancePreparesWhatBothSee() throws Exception {
        world.start();
        world.start();
        for (int i = 0; i < 8; i++) {
            TransactionId id = world.begin("bank", "shop");
            world.awaitVote(id);
            world.decide(id, Decision.COMMIT);
            assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        }
        assertEquals(8, world.disk.count("prepare"));
        assertTrue(
                world.disk.branches.keySet().stream()
                                .map(BranchId::attempt)
                                .distinct()
                                .count()
                        == 2,
                "both take part");
    }

    @Test
    void theOtherTakesWhatThePreferredOneLeavesAndOneVoteCounts() throws Exception {
        World.Peer first = world.start();
        World.Peer second = world.start();
        first.pool.hold();
        second.pool.hold();
        TransactionId id = world.begin("bank", "shop");
        world.time.until("both prepare", () -> first.pool.waiting() == 1 && second.pool.waiting() == 1);
        first.pool.release();
        second.pool.release();
        world.awaitVote(id);
        String counts = world.slot(id).slot().orElseThrow().attempt();
        String other = counts.equals(first.attempt()) ? second.attempt() : first.attempt();
        world.time.until("undone", () -> world.disk.state(other) == MemoryResource.State.ROLLED_BACK);
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        assertEquals(MemoryResource.State.COMMITTED, world.disk.state(counts));
    }

    @Test
    void aSiblingFinishesTheBranchOfAKilledInstance() throws Exception {
        World.Peer first = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        World.Peer second = world.start();
        assertEquals(0, second.status().branches(), "the branch of a running instance is its own");
        first.kill();
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        assertEquals(MemoryResource.State.COMMITTED, world.disk.state(first.attempt()));
    }

    @Test
    void aSiblingAndAnInstanceTakenForDeadMayBothFinishIt() throws Exception {
        World.Peer first = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        World.Peer second = world.start();
        first.connection.cutConnection();
        world.time.until("taken over", () -> second.status().inDoubt() == 1);
        world.decide(id, Decision.COMMIT);
        first.connection.heal();
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        world.time.until(
                "both done", () -> first.status().branches() + second.status().branches() == 0);
        assertEquals(0, world.disk.count("rollback"));
    }

    @Test
    void anInstanceOnAnotherResourceFinishesNothing() throws Exception {
        World.Peer first = world.start();
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        first.kill();
        MemoryResource other = new MemoryResource("disk-2");
        World.Peer second = world.start(World.CONFIG, other);
        world.decide(id, Decision.COMMIT);
        world.time.pass(Duration.ofMinutes(10));
        assertEquals(SlotView.Status.VOTED, world.slot(id).status());
        assertEquals(0, other.count("commit") + other.count("rollback"));
        assertEquals(0, second.status().branches());
    }

    @Test
    void aRestartedInstanceReplacesItsOldPresence() throws Exception {
        ParticipantConfig config = World.CONFIG.withInstance("teller-1");
        World.Peer first = world.start(config, world.disk);
        first.kill();
        World.Peer second = world.start(config, world.disk);
        world.time.pass(Duration.ofMinutes(5));
        assertEquals(
                second.attempt(),
                Records.presence(world.node(Paths.instance("bank", "teller-1"))
                                .orElseThrow()
                                .data())
                        .attempt());
    }
}
