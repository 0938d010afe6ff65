package dev.assent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small measurement, as users make one. */
class BenchCommandTest {
    @TempDir
    private Path directory;

    private AssentProcess start(String... arguments) throws IOException {
        List<String> program =
                new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "bench"));
        program.addAll(List.of(arguments));
        return AssentProcess.start(directory, "bench", program);
    }

    @Test
    void measuresBothSystemsByTurns() throws Exception {
        Path json = directory.resolve("rows.json");
        try (AssentProcess bench = start(
                "--servers",
                "1",
                "--in-flight",
                "2,16",
                "--seconds",
                "1",
                "--warm-up",
                "0",
                "--rounds",
                "2",
                "--json",
                json.toString())) {
            int code = bench.awaitEnd();
            assertEquals(0, code, bench.err());
            JsonNode rows = new ObjectMapper().readTree(Files.readAllBytes(json));
            assertEquals(4, rows.size(), rows::toString);
            for (JsonNode row : rows) {
                assertTrue(row.get("committedPerSecond").asDouble() > 0, row::toString);
                assertEquals(0, row.get("unknown").asLong(), row::toString);
                assertEquals(0, row.get("aborted").asLong(), row::toString);
                assertTrue(row.get("subOperationsPerTransaction").asDouble() > 1, row::toString);
                assertTrue(row.get("p99Micros").asLong() >= row.get("p50Micros").asLong(), row::toString);
            }
            assertEquals(List.of("assent", "recipe", "assent", "recipe"), rows.findValuesAsText("system"));
            assertTrue(bench.everBelow().stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    void refusesWhatCannotBeMeasuredInOneLine() throws Exception {
        try (AssentProcess bench = start("--in-flight", "5000")) {
            assertEquals(2, bench.awaitEnd());
            assertEquals(
                    "assent bench: --in-flight 5000 is not in 1..1024",
                    bench.err().strip());
        }
    }
}
