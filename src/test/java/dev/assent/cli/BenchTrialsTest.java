package dev.assent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench's other measurements, very small, as users make them. */
class BenchTrialsTest {
    @TempDir
    private Path directory;

    private String run(String... arguments) throws IOException, InterruptedException {
        List<String> program =
                new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "bench"));
        program.addAll(List.of(arguments));
        try (AssentProcess bench = AssentProcess.start(directory, "bench", program)) {
            int code = bench.awaitEnd();
            assertEquals(0, code, bench.err());
            assertTrue(bench.everBelow().stream().noneMatch(ProcessHandle::isAlive));
            return bench.out();
        }
    }

    @Test
    void measuresATakeover() throws Exception {
        String out = run("takeover", "--pending", "3,20", "--servers", "1");
        List<List<String>> rows = out.lines()
                .skip(1)
                .map(line -> Arrays.asList(line.strip().split(" +", -1)))
                .toList();
        assertEquals(2, rows.size(), out);
        assertEquals("20", rows.get(1).get(0), out);
        for (List<String> row : rows) {
            long leading = Long.parseLong(row.get(1));
            long decided = Long.parseLong(row.get(2));
            assertTrue(0 < leading && leading <= decided && decided <= Long.parseLong(row.get(3)), out);
        }
    }

    @Test
    void measuresTheHeapOfEachProcess() throws Exception {
        String out = run("memory", "--pending", "200", "--servers", "1");
        assertEquals(
                List.of("coordinator", "zookeeper-1"),
                out.lines().map(line -> line.split(" ", 2)[0]).toList(),
                out);
        assertTrue(out.lines().allMatch(line -> line.matches(".* [1-9]\\d* bytes of heap for each of 200 .*")), out);
    }

    @Test
    void measuresTwoEnsemblesBesideOne() throws Exception {
        Path json = directory.resolve("rows.json");
        String out = run(
                "ensembles",
                "--servers",
                "1",
                "--in-flight",
                "8",
                "--seconds",
                "1",
                "--warm-up",
                "0",
                "--rounds",
                "1",
                "--json",
                json.toString());
        JsonNode rows = new ObjectMapper().readTree(Files.readAllBytes(json));
        assertEquals(List.of("assent", "assent-2-ensembles"), rows.findValuesAsText("system"));
        for (JsonNode row : rows) {
            assertTrue(row.get("committedPerSecond").asDouble() > 0, row::toString);
            assertEquals(0, row.get("unknown").asLong(), row::toString);
            assertTrue(row.get("subOperationsPerTransaction").asDouble() > 1, row::toString);
        }
        JsonNode one = rows.get(0);
        JsonNode two = rows.get(1);
        assertEquals(1, one.get("servers").asInt());
        assertEquals(2, two.get("servers").asInt());
        assertEquals(2, two.get("replicas").asInt());
        assertEquals(List.of("bench", "first-zookeeper-1"), names(one.get("processes")));
        assertEquals(List.of("bench", "first-zookeeper-1", "second-zookeeper-1"), names(two.get("processes")));
        double times = two.get("committedPerSecond").asDouble()
                / one.get("committedPerSecond").asDouble();
        assertEquals(
                String.format(Locale.ROOT, "two ensembles commit %.2f times as many as one", times),
                out.lines().reduce((before, last) -> last).orElseThrow());
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
