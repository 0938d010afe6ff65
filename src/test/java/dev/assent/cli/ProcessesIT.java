package dev.assent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assent.Await;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server, coordinators, shell and status, each in a process of its own. */
class ProcessesIT {
    private static final int ENDED_BY_SIGTERM = 143;

    @TempDir
    private Path directory;

    @Test
    void serveAndHandOver() throws Exception {
        String data = directory.resolve("data").toString();
        try (AssentProcess server = start("zookeeper", "--data", data, "--port", "0")) {
            String ready = server.awaitLine("ready: ZooKeeper on ");
            String address = ready.replaceAll(".* on (127\\.0\\.0\\.1:\\d+),.*", "$1");
            try (AssentProcess first = coordinator("c1", address)) {
                first.awaitLine("ready: coordinator c1");
                first.awaitLine("leader: c1 leads with epoch 1");
                try (AssentProcess second = coordinator("c2", address)) {
                    second.awaitLine("ready: coordinator c2");
                    assertEquals("c1", leader(address));
                    try (AssentProcess shell = start("zkcli", "--zookeeper", address, "ls", "/assent")) {
                        assertEquals(ExitCode.OK.code(), shell.awaitEnd(), shell.err());
                        assertTrue(
                                shell.out()
                                        .contains("[coordinators, epoch, history, leader, operations, participants,"
                                                + " transactions]"),
                                shell.out());
                    }
                    first.terminate();
                    assertEquals(ENDED_BY_SIGTERM, first.awaitEnd());
                    second.awaitLine("leader: c2 leads with epoch 2");
                    Await.until("c2 is seen to lead", () -> leader(address).equals("c2"));
                }
            }
            server.terminate();
            assertEquals(ENDED_BY_SIGTERM, server.awaitEnd());
        }
    }

    @Test
    void aServerThatIsNotThereIsOneLine() throws Exception {
        String nobody = "127.0.0.1:" + UsageTest.freePort();
        String complaint = ": no ZooKeeper server answered at " + nobody
                + " within 2000 ms: check the addresses, and that a majority of the servers runs";
        try (AssentProcess status = start("status", "--zookeeper", nobody, "--connect-timeout", "2s");
                AssentProcess coordinator =
                        start("coordinator", "--id", "c1", "--zookeeper", nobody, "--connect-timeout", "2s")) {
            status.assertRefused(ExitCode.UNREACHABLE, "assent status" + complaint);
            coordinator.assertRefused(ExitCode.UNREACHABLE, "assent coordinator" + complaint);
        }
    }

    private AssentProcess coordinator(String id, String address) throws Exception {
        return start("coordinator", "--id", id, "--zookeeper", address);
    }

    private String leader(String address) throws Exception {
        try (AssentProcess status = start("status", "--json", "--zookeeper", address)) {
            assertEquals(ExitCode.OK.code(), status.awaitEnd(), status.err());
            return new ObjectMapper().readTree(status.out()).get("leader").asText();
        }
    }

    private AssentProcess start(String... arguments) throws Exception {
        return AssentProcess.start(directory, arguments);
    }
}
