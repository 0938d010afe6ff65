package dev.assent.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Paths;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a branch without any trouble costs in reads: each one is there for a reason, and no further one creeps in. */
class RequestsTest {
    private World world;
    private World.Peer process;
    private final List<String> reads = new ArrayList<>();

    @BeforeEach
    void newWorld() throws Exception {
        world = new World();
        process = world.start();
        process.store.reading = reads::add;
    }

    @Test
    void aCommitCostsOneLookAndOneReadingOfTheDecision() throws Exception {
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        world.time.settle();
        assertEquals(sorted(Paths.inboxEntry("bank", id), Paths.record(id), Paths.slot(id, "bank")), sorted(reads));
        reads.clear();
        world.decide(id, Decision.COMMIT);
        assertEquals(BranchOutcome.COMMITTED, world.awaitAcknowledgement(id));
        world.time.settle();
        world.collect(id);
        world.time.pass(Duration.ofSeconds(1));
        assertEquals(List.of(Paths.record(id)), reads);
    }

    @Test
    void aRefusalCostsOneLook() throws Exception {
        world.disk.answer = Prepared.no("no money");
        TransactionId id = world.begin("bank", "shop");
        world.awaitVote(id);
        world.decide(id, Decision.ABORT);
        world.time.settle();
        world.collect(id);
        world.time.pass(Duration.ofSeconds(1));
        assertEquals(sorted(Paths.inboxEntry("bank", id), Paths.record(id), Paths.slot(id, "bank")), sorted(reads));
    }

    private static List<String> sorted(String... paths) {
        return sorted(List.of(paths));
    }

    private static List<String> sorted(List<String> paths) {
        return paths.stream().sorted().toList();
    }
}
