package dev.assent.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Vote;
import dev.assent.store.Paths;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a transaction without any trouble costs its leader in reads, so that no further one creeps in. */
class ReadingsTest {
    private final Harness h = new Harness();
    private Harness.Replica leader;

    @BeforeEach
    void lead() {
        leader = h.lead(settings -> settings.generationSize(2)
                .sealDelay(Duration.ofSeconds(1))
                .generationAge(Duration.ofHours(9))
                .rescanInterval(Duration.ofHours(1)));
        h.pass(Duration.ofSeconds(1));
        leader.net().readings.clear();
    }

    @Test
    void aCommitCostsItsRecordAndEachSlotOnceForItsVoteAndOnceAfter() {
        TransactionId id = h.begin("a", "b");
        h.pass(Duration.ofSeconds(1));
        // A slot is created empty.
        assertReadings(id, 1, 0, 0);
        h.vote(id, "a", Vote.YES);
        h.vote(id, "b", Vote.YES);
        h.until("decided", () -> h.decided(id, Decision.COMMIT));
        h.pass(Duration.ofSeconds(1));
        assertReadings(id, 1, 1, 1);
        h.acknowledge(id, "a", BranchOutcome.COMMITTED);
        h.acknowledge(id, "b", BranchOutcome.COMMITTED);
        h.pass(Duration.ofSeconds(1));
        assertReadings(id, 1, 2, 2);
        TransactionId other = h.begin("a");
        h.vote(other, "a", Vote.NO);
        h.until("collected", () -> !h.exists(Paths.record(id)) && !h.exists(Paths.record(other)));
        h.pass(Duration.ofSeconds(1));
        assertReadings(id, 1, 2, 2);
    }

    private void assertReadings(TransactionId id, int record, int slotOfA, int slotOfB) {
        assertEquals(
                List.of(record, slotOfA, slotOfB, 0),
                List.of(
                        readings(Paths.record(id)),
                        readings(Paths.slot(id, "a")),
                        readings(Paths.slot(id, "b")),
                        readings(Paths.inboxEntry("a", id)) + readings(Paths.inboxEntry("b", id))));
    }

    private int readings(String path) {
        return (int) leader.net().readings.stream().filter(path::equals).count();
    }
}
