package dev.assent.adapter.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

/** What can be said of the coordinators without one. */
class CoordinatorTransactionsTest {
    @Test
    void everyPartitionIsAsked() {
        for (int partitions : List.of(0, 1, 3, 50)) {
            Set<Integer> asked = CoordinatorTransactions.oneIdOfEach(partitions).stream()
                    .map(id -> Utils.abs(id.hashCode()) % partitions)
                    .collect(Collectors.toSet());
            assertEquals(IntStream.range(0, partitions).boxed().collect(Collectors.toSet()), asked);
        }
    }
}
