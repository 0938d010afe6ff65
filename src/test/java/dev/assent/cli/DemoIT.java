package dev.assent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as users run it. */
class DemoIT {
    private static final Pattern LAST_LINE =
            Pattern.compile("committed=(\\d+) aborted=(\\d+) unknown=0 violations=0 takeover_ms=(\\d+)");
    private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");

    @TempDir
    private Path directory;

    @Test
    void countsTheMoneyAndLeavesNothingBehind() throws Exception {
        try (AssentProcess demo = AssentProcess.start(directory, "demo", "--transactions", "30", "--seed", "1")) {
            int code = demo.awaitEnd();
            String out = demo.out();
            assertEquals(ExitCode.OK.code(), code, () -> out);
            String last = out.lines().reduce((first, second) -> second).orElse("");
            Matcher matcher = LAST_LINE.matcher(last);
            assertTrue(matcher.matches(), last);
            assertEquals(30, Integer.parseInt(matcher.group(1)) + Integer.parseInt(matcher.group(2)), last);
            assertTrue(out.contains("\"decision\":\"COMMIT\""), out);
            assertTrue(out.contains("kill -9"), out);

            Set<ProcessHandle> children = demo.everBelow();
            assertTrue(children.size() >= 7, () -> "three servers, three coordinators, a shell; not " + children);
            assertEquals(
                    List.of(), children.stream().filter(ProcessHandle::isAlive).toList());
            List<Integer> ports = ports(out);
            assertEquals(3, ports.size());
            for (int port : ports) {
                assertThrows(IOException.class, () -> connect(port));
            }
        }
    }

    @Test
    void votesCanBeHeldBackInsteadOfPausing() throws Exception {
        try (AssentProcess demo = AssentProcess.start(directory, "demo", "--transactions", "12", "--hold-votes")) {
            int code = demo.awaitEnd();
            String out = demo.out();
            assertEquals(ExitCode.OK.code(), code, () -> out);
            assertFalse(out.contains("kill -STOP"), out);
            assertTrue(
                    LAST_LINE
                            .matcher(out.lines()
                                    .reduce((first, second) -> second)
                                    .orElse(""))
                            .matches(),
                    out);
        }
    }

    @Test
    void itsProcessesEndWithItEvenIfItIsKilled() throws Exception {
        try (AssentProcess demo = AssentProcess.start(directory, "demo", "--transactions", "30", "--seed", "2")) {
            demo.awaitLine("kill -STOP");
            Set<ProcessHandle> children = demo.everBelow();
            assertTrue(children.size() >= 7, () -> "three servers, three coordinators, a shell; not " + children);
            assertTrue(children.stream().filter(ProcessHandle::isAlive).count() >= 7);
            demo.kill();
            Await.until("the end of all children", () -> children.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    private static List<Integer> ports(String out) {
        String line = out.lines()
                .filter(each -> each.contains("Three ZooKeeper servers"))
                .findFirst()
                .orElseThrow();
        List<Integer> ports = new ArrayList<>();
        for (Matcher matcher = PORT.matcher(line); matcher.find(); ) {
            ports.add(Integer.parseInt(matcher.group(1)));
        }
        return ports;
    }

    private static void connect(int port) throws IOException {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
    }
}
