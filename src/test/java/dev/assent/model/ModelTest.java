package dev.assent.model;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The model holds, every run visits all its states, and every guard is needed. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ModelTest {
    /** Two checkers with one thread each do more than one with two, and always find the same counterexample. */
    private static final int AT_A_TIME = 2;

    /** For runs of a second or two: compiling more of TLC would take longer than it saves. */
    private static final List<String> BRIEF = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final Duration LIMIT = Duration.ofMinutes(12);

    /** Modules by configuration, the longest runs first. */
    private static final Map<String, List<String>> CONFIGURATIONS = Map.of(
            "Assent",
            List.of(
                    "classic",
                    "termination",
                    "instances",
                    "enlisted",
                    "termination-enlisted",
                    "deposed",
                    "termination-instances"),
            "Delegated",
            List.of("delegated", "delegated-enlisted", "termination-delegated"),
            "Packing",
            List.of("packing"));

    private static final Pattern NAMED_GUARD = Pattern.compile("(?:Guard\\(|Dropped\\(|Abort\\(c, t, )\"([^\"]+)\"");

    @TempDir
    private Path directory;

    @Test
    void everyConfigurationHolds() throws Exception {
        List<ModelCheck> checks = new ArrayList<>();
        for (String module : List.of("Assent", "Packing", "Delegated")) {
            for (String file : CONFIGURATIONS.get(module)) {
                checks.add(ModelCheck.of(module, file));
            }
        }

        List<TlcResult> results = run(checks, new Tlc(directory, 1, List.of("-Xmx1g", "-XX:+UseSerialGC"), LIMIT));

        System.out.print(TlcResult.table(
                String.format("%-24s %12s %6s %8s", "configuration", "states", "depth", "seconds"),
                results.stream().map(TlcResult::asConfiguration).toList()));
        assertAll(results.stream().map(result ->
                (Executable) () -> assertTrue(result.complete(), () -> result.name() + ":\n" + result.output())));
    }

    @Test
    void everyGuardIsNeeded() throws Exception {
        List<ModelCheck> checks = new ArrayList<>();
        for (MissingGuard guard : MissingGuard.ALL) {
            checks.add(guard.check());
        }

        List<TlcResult> results = run(checks, new Tlc(directory, 1, BRIEF, LIMIT));

        System.out.print(TlcResult.table(
                String.format("%-46s %-20s %5s %8s", "without the guard", "violated", "steps", "seconds"),
                results.stream().map(TlcResult::asGuard).toList()));
        assertAll(Stream.iterate(0, i -> i < results.size(), i -> i + 1).map(i -> (Executable) () -> assertEquals(
                MissingGuard.ALL.get(i).violates(),
                results.get(i).violated(),
                () -> results.get(i).name() + ":\n" + results.get(i).output())));
    }

    @Test
    void everyGuardOfTheModulesHasAVariantWithoutIt() throws IOException {
        TreeSet<String> named = new TreeSet<>();
        for (String module : List.of("AssentTree", "Assent", "Delegated", "Packing")) {
            NAMED_GUARD
                    .matcher(Files.readString(ModelCheck.SOURCES.resolve(module + ".tla")))
                    .results()
                    .forEach(match -> named.add(match.group(1)));
        }

        assertEquals(
                named,
                MissingGuard.ALL.stream().map(MissingGuard::name).collect(Collectors.toCollection(TreeSet::new)));
    }

    private static List<TlcResult> run(List<ModelCheck> checks, Tlc tlc) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            List<Future<TlcResult>> running = checks.stream()
                    .map(check -> threads.submit(() -> tlc.run(check, line -> {})))
                    .toList();
            List<TlcResult> results = new ArrayList<>();
            for (Future<TlcResult> result : running) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
