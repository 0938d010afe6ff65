package dev.assent.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A very small measurement over real PostgreSQL servers. */
class PostgresBenchTest {
    private static final int COLUMNS = 15;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new PostgresBenchCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    @Test
    void measuresAssentBesideALoopWithoutALog() {
        int code = run("--servers", "1", "--clients", "4", "--seconds", "1", "--warm-up", "1", "--rounds", "1");
        assertEquals(0, code, err::toString);
        Map<String, List<String>> rows = out.toString()
                .lines()
                .map(line -> Arrays.asList(line.strip().split(" +", -1)))
                .filter(line -> line.size() == COLUMNS)
                .collect(Collectors.toMap(line -> line.get(0), Function.identity()));
        assertEquals(Set.of("assent", "postgres-loop"), rows.keySet(), out::toString);
        rows.values().forEach(row -> {
            assertEquals(List.of("2", "4"), row.subList(1, 3), out::toString);
            assertTrue(Long.parseLong(row.get(3)) > 0, out::toString);
            assertEquals(List.of("0", "0"), row.subList(9, 11), out::toString);
        });
        assertTrue(out.toString().lines().anyMatch(line -> line.matches("assent +2 +4 coordinator .* us of CPU .*")));
        String last = out.toString().lines().reduce((before, line) -> line).orElseThrow();
        assertTrue(last.matches("assent commits \\d+ % of what the loop without a log does"), last);
    }

    @Test
    void refusesAnEnsembleOfAnotherSize() {
        assertEquals(2, run("--servers", "4"));
        assertEquals(
                "bench-postgres: --servers 4 is not 1, 3 or 5", err.toString().strip());
    }
}
