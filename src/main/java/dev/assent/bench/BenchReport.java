package dev.assent.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The rows of a run as a table for a terminal and as JSON. Stateless. */
public final class BenchReport {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private BenchReport() {}

    /** A line for each row, with the ratio to the first system under the same load. */
    public static List<String> table(List<Row> rows) {
        List<String> lines = new java.util.ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%-18s %5s %9s %12s %20s %9s %9s %8s %8s %9s %8s",
                "system",
                "parts",
                "in flight",
                "committed/s",
                "range",
                "p50 us",
                "p99 us",
                "aborted",
                "unknown",
                "sub-ops",
                "zxids"));
        for (Row row : rows) {
            Optional<Row.PerTransaction> total = Optional.ofNullable(row.requests().get(Row.TOTAL));
            lines.add(String.format(
                    Locale.ROOT,
                    "%-18s %5d %9d %12.0f %20s %9d %9d %8d %8d %9s %8s",
                    row.system(),
                    row.setting().participants(),
                    row.setting().inFlight(),
                    row.committedPerSecond(),
                    String.format(Locale.ROOT, "%.0f..%.0f", row.slowestPerSecond(), row.fastestPerSecond()),
                    row.p50Micros(),
                    row.p99Micros(),
                    row.aborted(),
                    row.unknown(),
                    total.map(t -> String.format(Locale.ROOT, "%.2f", t.subOperations()))
                            .orElse("-"),
                    total.map(t -> String.format(Locale.ROOT, "%.3f", t.zxids()))
                            .orElse("-")));
        }
        return lines;
    }

    /** What each role asks of ZooKeeper for one transaction. */
    public static List<String> costs(List<Row> rows) {
        List<String> lines = new java.util.ArrayList<>();
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

    /** An array of objects, a row each. */
    public static String json(List<Row> rows) {
        ArrayNode array = JSON.createArrayNode();
        rows.forEach(row -> object(array.addObject(), row));
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
                .put("p99Micros", row.p99Micros())
                .put("maxMicros", row.maxMicros())
                .put("committed", row.committed())
                .put("aborted", row.aborted())
                .put("unknown", row.unknown())
                .put("refused", row.refused());
        Row.PerTransaction total = row.requests().get(Row.TOTAL);
        if (total == null) {
            node.putNull("subOperationsPerTransaction").putNull("zxidsPerTransaction");
        } else {
            node.put("subOperationsPerTransaction", total.subOperations())
                    .put("zxidsPerTransaction", total.zxids());
            ObjectNode roles = node.putObject("roles");
            row.requests().forEach((role, each) -> roles.putObject(role)
                    .put("subOperations", each.subOperations())
                    .put("zxids", each.zxids())
                    .put("reads", each.reads())
                    .put("events", each.events()));
        }
    }
}
