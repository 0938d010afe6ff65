package dev.assent.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assent.bench.Setting;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A very small measurement beside other transaction managers. */
class PeersBenchTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new PeersBenchCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    @Test
    void measuresThePeersByTurns() throws Exception {
        Path json = directory.resolve("rows.json");
        Path html = directory.resolve("page.html");
        int code = run(
                "--servers",
                "1",
                "--participants",
                "2",
                "--in-flight",
                "4",
                "--seconds",
                "1",
                "--warm-up",
                "0",
                "--rounds",
                "1",
                "--abort-percent",
                "30",
                "--peers",
                "recipe,atomikos,narayana,narayana-journal",
                "--json",
                json.toString(),
                "--html",
                html.toString());
        assertEquals(0, code, err::toString);
        JsonNode rows = new ObjectMapper().readTree(Files.readAllBytes(json));
        assertEquals(
                List.of("assent", "recipe", "atomikos", "narayana", "narayana-journal"),
                rows.findValuesAsText("system"));
        Set<String> processes = new HashSet<>();
        for (JsonNode row : rows) {
            assertTrue(row.get("committedPerSecond").asDouble() > 0, row::toString);
            assertTrue(row.get("aborted").asLong() > 0, row::toString);
            assertEquals(0, row.get("unknown").asLong(), row::toString);
            assertTrue(row.get("p90Micros").asLong() >= row.get("p50Micros").asLong(), row::toString);
            row.get("processes").fieldNames().forEachRemaining(processes::add);
        }
        assertEquals(Set.of("bench", "zookeeper-1", "atomikos", "narayana", "narayana-journal"), processes);
        String page = Files.readString(html);
        assertTrue(page.contains("<svg") && page.contains("narayana-journal"), page);
        assertTrue(!page.contains("://"), "it takes nothing from another host");
    }

    /** Nothing is made up. */
    @Test
    void whatCannotRunHereIsSaidAndNotMeasured() throws Exception {
        Path json = directory.resolve("rows.json");
        int code = run(
                "--servers",
                "1",
                "--in-flight",
                "1",
                "--seconds",
                "1",
                "--warm-up",
                "0",
                "--rounds",
                "1",
                "--peers",
                "seata-raft",
                "--json",
                json.toString());
        assertEquals(0, code, err::toString);
        assertTrue(
                out.toString().lines().anyMatch(line -> line.matches("seata-raft +skipped: this program .*")),
                out::toString);
        assertEquals(
                List.of("assent"),
                new ObjectMapper().readTree(Files.readAllBytes(json)).findValuesAsText("system"));
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertEquals(2, run("--peers", "recipe,paxos"));
        assertEquals(
                "bench: --peers paxos is not known: use assent, recipe, atomikos, narayana, narayana-journal,"
                        + " seata-file, seata-raft",
                err.toString().strip());
    }

    @Test
    void aLoadIsTheSameOnBothSides() {
        PeerLoad load = new PeerLoad(3, new Setting(5, 64, 100, 20, 1_000), 2_500, 42);
        assertEquals(load, PeerLoad.parse(load.format()));
    }
}
