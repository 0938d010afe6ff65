package dev.assent.bench;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a run measured. Immutable.
 *
 * @param rows for each setting each system's
 * @param skipped the systems that could not be measured here, each with the reason
 * @param remarks what a reader has to know about a system
 * @param rawWriteMicros half of all single quorum writes by one client took no longer, in the same run; empty where none
 *     was made
 */
public record BenchResult(
        List<Row> rows, Map<String, String> skipped, Map<String, String> remarks, OptionalLong rawWriteMicros) {
    public BenchResult {
        rows = List.copyOf(rows);
        skipped = Map.copyOf(skipped);
        remarks = Map.copyOf(remarks);
    }

    /** The rows of each number of participants, in ascending order. */
    SortedMap<Integer, List<Row>> rowsByParticipants() {
        return rows.stream()
                .collect(Collectors.groupingBy(row -> row.setting().participants(), TreeMap::new, Collectors.toList()));
    }
}
