package dev.assent.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import dev.assent.cli.AssentProcess;
import dev.assent.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo on real resources, as users run it. */
class ResourcesDemoTest {
    private static final Pattern LAST_LINE = Pattern.compile("committed=(\\d+) aborted=(\\d+) unknown=0 violations=0"
            + " takeover_ms=\\d+ records=(\\d+) receipts=(\\d+) prepared_left=0 kills=3");
    private static final Pattern PLACE = Pattern.compile("Everything is in (\\S+),");
    /** ZooKeeper servers, coordinators, a shell, participants and two of them again, hosts of servers, their servers. */
    private static final int CHILDREN = 3 + 3 + 1 + 4 + 1 + 3 + 1 + 2;

    @TempDir
    private Path directory;

    private AssentProcess start(String... arguments) throws IOException {
        List<String> program =
                new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), Lab.class.getName(), "demo"));
        program.addAll(List.of(arguments));
        return AssentProcess.start(directory, "lab", program);
    }

    @Test
    void everyResourceAgreesAndNothingIsLeftBehind() throws Exception {
        try (AssentProcess demo = start("--transactions", "40", "--seed", "3")) {
            int code = demo.awaitEnd();
            String out = demo.out();
            assertEquals(0, code, () -> out);
            String last = out.lines().reduce((first, second) -> second).orElse("");
            Matcher matcher = LAST_LINE.matcher(last);
            assertTrue(matcher.matches(), last);
            assertEquals(40, Integer.parseInt(matcher.group(1)) + Integer.parseInt(matcher.group(2)), last);
            assertEquals(matcher.group(1), matcher.group(3), last);
            assertEquals(matcher.group(1), matcher.group(4), last);

            Set<ProcessHandle> children = demo.everBelow();
            assertTrue(children.size() >= CHILDREN, () -> "only " + children);
            awaitEndOf(children);
            assertTrue(Files.notExists(place(out)), out);
        }
    }

    @Test
    void endsWhatIsStillStartingWhenItIsToldToEnd() throws Exception {
        try (AssentProcess demo = start("--resources", "postgres,mariadb,kafka")) {
            Path place = place(demo.awaitLine("Everything is in"));
            Await.until("children", () -> demo.everBelow().size() >= 6);
            demo.terminate();
            demo.awaitEnd();
            awaitEndOf(demo.everBelow());
            assertTrue(Files.notExists(place), () -> place + " is left");
        }
    }

    @Test
    void refusesResourcesThatItDoesNotKnowInOneLine() throws Exception {
        try (AssentProcess demo = start("--resources", "files,oracle")) {
            assertEquals(2, demo.awaitEnd());
            assertEquals("", demo.out());
            assertEquals(
                    "demo: --resources 'files,oracle': 'oracle' is none of postgres, mariadb, kafka, files; name one or"
                            + " more of them, separated by commas",
                    demo.err().strip());
        }
    }

    /** A server whose host was killed is seen until the system has taken note of its end. */
    private static void awaitEndOf(Set<ProcessHandle> children) throws Exception {
        Await.until("the end of " + children, () -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    private static Path place(String said) {
        Matcher matcher = PLACE.matcher(said);
        assertTrue(matcher.find(), said);
        return Path.of(matcher.group(1));
    }
}
