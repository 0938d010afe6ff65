package dev.assent.zookeeper;

import static dev.assent.zookeeper.Sessions.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.StoreException;
import dev.assent.store.WriteResult;
import dev.assent.store.WriteResult.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are killed and paused. */
class EnsembleTest {
    private static final Duration SESSION = Duration.ofSeconds(6);

    @TempDir
    private Path directory;

    /** Counts in one node: what its version is, its content says too, and nothing is lost or done twice. */
    private static final class Counter {
        private static final String PATH = "/counter";

        private final Sessions sessions;
        private int count;

        private Counter(Sessions sessions) throws Exception {
            this.sessions = sessions;
            Sessions.ok(sessions.withRoot(), Op.create(PATH, content(0)));
        }

        private void countTo(int target) throws Exception {
            while (count < target) {
                WriteResult result = count(sessions.await());
                if (!result.ok()) {
                    // A write that was lost may have been done after all, and show as a version that is not expected.
                    assertTrue(
                            result.status() == Status.LOST || result.status() == Status.BAD_VERSION, result.detail());
                    readBack();
                }
            }
        }

        private WriteResult count(Session session) throws Exception {
            WriteResult result = get(session.write(List.of(Op.set(PATH, content(count + 1), count))));
            count += result.ok() ? 1 : 0;
            return result;
        }

        private void readBack() throws Exception {
            Await.until("the counter is read after a quorum write", () -> {
                Session session = sessions.await();
                if (!get(session.barrier()).ok()) {
                    return false;
                }
                try {
                    Node node = get(session.read(PATH)).orElseThrow();
                    assertEquals(new String(content(node.version()), StandardCharsets.UTF_8), text(node));
                    assertTrue(
                            node.version() == count || node.version() == count + 1,
                            () -> "counted " + count + " and found " + node.version());
                    count = node.version();
                    return true;
                } catch (ExecutionException e) {
                    assertNotEquals(StoreException.Kind.OTHER, ((StoreException) e.getCause()).kind());
                    return false;
                }
            });
        }

        private static String text(Node node) {
            return new String(node.data(), StandardCharsets.UTF_8);
        }

        private static byte[] content(int count) {
            return ("count " + count).getBytes(StandardCharsets.UTF_8);
        }
    }

    @Test
    void survivesItsLeaderAndTheLossOfItsMajority() throws Exception {
        try (ZooKeeperProcesses servers = ZooKeeperProcesses.start(directory, 3);
                Store store = ZooKeeperStores.connect(
                        servers.connectString(),
                        "/assent",
                        ZooKeeperConfig.defaults().withSessionTimeout(SESSION))) {
            Sessions sessions = Sessions.of(store);
            Counter counter = new Counter(sessions);
            counter.countTo(100);
            int first = servers.leader();
            servers.kill(first);
            counter.countTo(200);
            int second = servers.leader();
            assertNotEquals(first, second);
            assertTrue(sessions.suspensions() >= 1, "nobody noticed");
            Session before = sessions.await();
            servers.kill(second);
            Await.until(
                    "without a majority nothing is written",
                    () -> counter.count(before).status() == Status.LOST);
            servers.restart(first);
            counter.readBack();
            counter.countTo(300);
            servers.restart(second);
            counter.countTo(400);
            assertTrue(before == sessions.await() || before.ended(), "a session that was replaced did not end");
        }
    }

    @Test
    void silentServerLosesWhatWasAsked() throws Exception {
        try (ZooKeeperProcesses servers = ZooKeeperProcesses.start(directory, 1);
                Store store = ZooKeeperStores.connect(
                        servers.connectString(),
                        "/assent",
                        ZooKeeperConfig.defaults().withSessionTimeout(Duration.ofSeconds(3)))) {
            Sessions sessions = Sessions.of(store);
            Session session = sessions.withRoot();
            Sessions.ok(session, Op.createEmpty("/a"));
            servers.pause(0);
            WriteResult lost = get(session.write(List.of(Op.set("/a", new byte[1], 0))));
            assertEquals(Status.LOST, lost.status());
            servers.resume(0);
            // The server finds the lost write when it runs on, and does it before or after what follows, or never.
            Await.until("a quorum write", () -> get(sessions.await().barrier()).ok());
            Session now = sessions.await();
            WriteResult next = get(now.write(List.of(Op.set("/a", new byte[2], 0))));
            assertTrue(next.ok() || next.status() == Status.BAD_VERSION, next.detail());
            Optional<Node> read = get(now.read("/a"));
            assertEquals(1, read.orElseThrow().version());
            assertEquals(next.ok() ? 2 : 1, read.orElseThrow().data().length);
        }
    }

    @Test
    void closingDoesNotWaitForASilentServer() throws Exception {
        try (ZooKeeperProcesses servers = ZooKeeperProcesses.start(directory, 1)) {
            CompletableFuture<WriteResult> write;
            CompletableFuture<Optional<Node>> read;
            try (Store store = ZooKeeperStores.connect(
                    servers.connectString(),
                    "/assent",
                    ZooKeeperConfig.defaults().withSessionTimeout(Duration.ofSeconds(60)))) {
                Session session = Sessions.of(store).withRoot();
                servers.pause(0);
                write = session.write(List.of(Op.createEmpty("/a")));
                read = session.read("/a");
            }
            assertTrue(write.isDone() && read.isDone(), "nobody is told any more");
            assertEquals(Status.LOST, get(write).status());
            assertThrows(ExecutionException.class, () -> get(read));
        }
    }
}
