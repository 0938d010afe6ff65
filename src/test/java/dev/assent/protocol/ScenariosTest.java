package dev.assent.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The protocol told as stories: {@code src/test/resources/scenarios/*.txt}. A story begins with comments that say what
 * happens; then each line brings somebody on, in one of the states in which its role starts or goes on, or tells what it
 * learns and what that makes of it:
 *
 * <pre>
 * branch stock in NEW
 * stock CLAIMED -&gt; PREPARING [PREPARE]
 * </pre>
 *
 * <p>To write one, leave out everything after the event and run
 * {@code mvn test -Dtest=ScenariosTest -DargLine=-Dscenarios.rewrite=true}: every story is written anew as the tables
 * have it, and the difference is yours to read. Together the stories take every row of every table.
 */
class ScenariosTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/scenarios");
    private static final boolean REWRITE = Boolean.getBoolean("scenarios.rewrite");

    private static List<Path> stories() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> everyStoryGoesAsTold() throws IOException {
        List<Path> stories = stories();
        assertTrue(stories.size() >= 20, () -> "only " + stories.size() + " stories in " + DIRECTORY);
        return stories.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }

    private static void check(Path file) throws IOException {
        List<String> played = new Story(CommitProtocol.standard(), file).play(new HashSet<>());
        if (REWRITE) {
            Files.write(file, played);
        }
        assertEquals(String.join("\n", played), String.join("\n", Files.readAllLines(file)), file.toString());
    }

    @Test
    void everyRowIsTaken() throws IOException {
        Set<Object> visited = new HashSet<>();
        for (Path file : stories()) {
            new Story(CommitProtocol.standard(), file).play(visited);
        }
        TreeSet<String> missing = new TreeSet<>();
        for (TransitionTable<?, ?, ?> table : List.of(
                CommitProtocol.standard().coordination(),
                CommitProtocol.standard().branch(),
                CommitProtocol.standard().initiation())) {
            table.rows().stream()
                    .filter(row -> !visited.contains(row))
                    .forEach(row -> missing.add(table.name() + ": " + row));
        }
        if (!missing.isEmpty()) {
            fail(missing.size() + " rows that no story takes:\n"
                    + missing.stream().collect(Collectors.joining("\n")));
        }
    }
}
