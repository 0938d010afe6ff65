package dev.assent.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/** The rows of a run as a table for a terminal and as JSON. Stateless. */
public final class BenchReport {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private BenchReport() {}

    /** A line for each row, then one for each system that was not measured, then the raw quorum write. */
    public static List<String> table(BenchResult result) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%-18s %5s %9s %11s %17s %9s %9s %9s %9s %8s %8s %8s %8s %8s %8s",
                "system",
                "parts",
                "in flight",
                "committed/s",
                "range",
                "p50 us",
                "p90 us",
                "p99 us",
                "max us",
                "aborted",
                "unknown",
                "sub-ops",
                "zxids",
                "cpu us",
                "MB"));
        result.rows().forEach(row -> lines.add(line(row)));
        new TreeMap<>(result.skipped())
                .forEach((system, why) -> lines.add(String.format(Locale.ROOT, "%-18s skipped: %s", system, why)));
        new TreeMap<>(result.remarks())
                .forEach((system, remark) -> lines.add(String.format(Locale.ROOT, "%-18s %s", system, remark)));
        lines.addAll(rawWrites(result));
        return lines;
    }

    private static String line(Row row) {
        Optional<Row.PerTransaction> total = Optional.ofNullable(row.requests().get(Row.TOTAL));
        return String.format(
                Locale.ROOT,
                "%-18s %5d %9d %11.0f %17s %9d %9d %9d %9d %8d %8d %8s %8s %8.0f %8d",
                row.system(),
                row.setting().participants(),
                row.setting().inFlight(),
                row.committedPerSecond(),
                String.format(Locale.ROOT, "%.0f..%.0f", row.slowestPerSecond(), row.fastestPerSecond()),
                row.p50Micros(),
                row.p90Micros(),
                row.p99Micros(),
                row.maxMicros(),
                row.aborted(),
                row.unknown(),
                total.map(t -> String.format(Locale.ROOT, "%.2f", t.subOperations()))
                        .orElse("-"),
                total.map(t -> String.format(Locale.ROOT, "%.3f", t.zxids())).orElse("-"),
                row.cpuMicros(),
                row.residentBytes() >> 20);
    }

    private static List<String> rawWrites(BenchResult result) {
        List<String> lines = new ArrayList<>();
        result.rawWriteMicros().ifPresent(raw -> {
            lines.add(
                    String.format(Locale.ROOT, "%-18s one setData by one client: p50 %d us", "raw quorum write", raw));
            for (Row row : result.rows()) {
                ratio(row, result)
                        .ifPresent(ratio -> lines.add(String.format(
                                Locale.ROOT,
                                "%-18s one client, %d participants: p50 is %.2f raw quorum writes",
                                row.system(),
                                row.setting().participants(),
                                ratio)));
            }
        });
        return lines;
    }

    /** Half of a single client's transactions take no longer than so many raw quorum writes. */
    private static Optional<Double> ratio(Row row, BenchResult result) {
        return row.setting().inFlight() > 1 || result.rawWriteMicros().orElse(0) == 0
                ? Optional.empty()
                : Optional.of(row.p50Micros() / (double) result.rawWriteMicros().getAsLong());
    }

    /** What each process used for one committed transaction. */
    public static List<String> processes(List<Row> rows) {
        List<String> lines = new ArrayList<>();
        for (Row row : rows) {
            row.processes()
                    .forEach((process, each) -> lines.add(String.format(
                            Locale.ROOT,
                            "%-18s %5d %9d %-18s %8.0f us of CPU %6d MB resident%s",
                            row.system(),
                            row.setting().participants(),
                            row.setting().inFlight(),
                            process,
                            each.cpuMicros(),
                            each.residentBytes() >> 20,
                            each.heapBytes().isPresent()
                                    ? " " + (each.heapBytes().getAsLong() >> 20) + " MB of heap in use"
                                    : "")));
        }
        return lines;
    }

    /** What each role asks of ZooKeeper for one transaction. */
    public static List<String> costs(List<Row> rows) {
        List<String> lines = new ArrayList<>();
        for (Row row : rows) {
            row.requests()
                    .forEach((role, each) -> lines.add(String.format(
                            Locale.ROOT,
                            "%-18s %5d %9d %-12s %7.2f sub-operations %7.3f zxids %7.2f reads %7.2f events",
                            row.system(),
                            row.setting().participants(),
                            row.setting().inFlight(),
                            role,
                            each.subOperations(),
                            each.zxids(),
                            each.reads(),
                            each.events())));
        }
        return lines;
    }

    /** An array of objects, a row each; what was not measured is not in it. */
    public static String json(BenchResult result) {
        ArrayNode array = JSON.createArrayNode();
        for (Row row : result.rows()) {
            ObjectNode node = array.addObject();
            object(node, row);
            result.rawWriteMicros().ifPresent(raw -> node.put("rawWriteP50Micros", raw));
            ratio(row, result).ifPresent(ratio -> node.put("p50PerRawWrite", ratio));
        }
        try {
            return JSON.writeValueAsString(array) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a row is no JSON", e);
        }
    }

    private static void object(ObjectNode node, Row row) {
        Setting setting = row.setting();
        node.put("system", row.system())
                .put("participants", setting.participants())
                .put("inFlight", setting.inFlight())
                .put("payloadBytes", setting.payloadBytes())
                .put("abortPercent", setting.abortPercent())
                .put("ratePerSecond", setting.ratePerSecond())
                .put("backlog", row.backlog())
                .put("servers", row.servers())
                .put("replicas", row.replicas())
                .put("fsync", row.fsync())
                .put("rounds", row.rounds())
                .put("committedPerSecond", row.committedPerSecond())
                .put("slowestPerSecond", row.slowestPerSecond())
                .put("fastestPerSecond", row.fastestPerSecond())
                .put("p50Micros", row.p50Micros())
                .put("p90Micros", row.p90Micros())
                .put("p99Micros", row.p99Micros())
                .put("maxMicros", row.maxMicros())
                .put("committed", row.committed())
                .put("aborted", row.aborted())
                .put("unknown", row.unknown())
                .put("refused", row.refused());
        node.put("cpuMicrosPerTransaction", row.cpuMicros()).put("residentBytes", row.residentBytes());
        ObjectNode processes = node.putObject("processes");
        row.processes().forEach((name, each) -> process(processes.putObject(name), each));
        Row.PerTransaction total = row.requests().get(Row.TOTAL);
        if (total == null) {
            node.putNull("subOperationsPerTransaction").putNull("zxidsPerTransaction");
        } else {
            node.put("subOperationsPerTransaction", total.subOperations()).put("zxidsPerTransaction", total.zxids());
            ObjectNode roles = node.putObject("roles");
            row.requests()
                    .forEach((role, each) -> roles.putObject(role)
                            .put("subOperations", each.subOperations())
                            .put("zxids", each.zxids())
                            .put("reads", each.reads())
                            .put("events", each.events()));
        }
    }

    private static void process(ObjectNode node, Row.PerProcess each) {
        node.put("cpuMicrosPerTransaction", each.cpuMicros()).put("residentBytes", each.residentBytes());
        each.heapBytes().ifPresent(bytes -> node.put("heapBytes", bytes));
    }
}
