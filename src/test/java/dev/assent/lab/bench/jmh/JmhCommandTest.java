package dev.assent.lab.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Every microbenchmark runs, once and very briefly. */
class JmhCommandTest {
    @TempDir
    private Path directory;

    @Test
    void measuresEachBenchmark() throws Exception {
        Path json = directory.resolve("results.json");
        int code = new CommandLine(new JmhCommand())
                .execute("--forks", "0", "--iterations", "1", "--milliseconds", "20", "--json", json.toString());
        assertEquals(0, code);
        Map<String, JsonNode> results = new TreeMap<>();
        for (JsonNode result : new ObjectMapper().readTree(Files.readAllBytes(json))) {
            String name = result.get("benchmark").asText();
            results.put(name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1), result);
        }
        assertEquals(
                "[CodecBenchmark.decideRecord, CodecBenchmark.readRecord, CodecBenchmark.readSlot,"
                        + " CodecBenchmark.writeRecord, CodecBenchmark.writeSlot, GroupCommitBenchmark.grouped,"
                        + " TableBenchmark.committed, TableBenchmark.tally]",
                results.keySet().toString());
        results.forEach((name, result) -> {
            assertEquals("ns/op", result.get("primaryMetric").get("scoreUnit").asText(), name);
            assertTrue(result.get("primaryMetric").get("score").asDouble() > 0, name);
        });
    }

    @Test
    void noBenchmarkOfThatNameIsWrongUsage() {
        StringWriter err = new StringWriter();
        CommandLine jmh = new CommandLine(new JmhCommand()).setErr(new PrintWriter(err));
        assertEquals(2, jmh.execute("NoSuchBenchmark", "--forks", "0"));
        assertEquals(
                "jmh: no microbenchmark's name contains a match of NoSuchBenchmark",
                err.toString().strip());
    }
}
