package dev.assent.zookeeper;

import static dev.assent.zookeeper.Sessions.get;
import static dev.assent.zookeeper.Sessions.ok;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import dev.assent.store.Leadership;
import dev.assent.store.LeadershipListener;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.StoreException;
import dev.assent.store.WriteResult;
import dev.assent.store.WriteResult.Status;
import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.ServerConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.framework.state.SessionConnectionStateErrorPolicy;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where ZooKeeper is more than the contract of the store: sizes, existing clients, old servers, its election. */
class ZooKeeperLimitsTest {
    private static final AtomicInteger ROOTS = new AtomicInteger();

    @TempDir
    private static Path directory;

    private static EmbeddedZooKeeper server;

    private final String chroot = "/limits-" + ROOTS.incrementAndGet();

    @BeforeAll
    static void startServer() throws IOException {
        server = EmbeddedZooKeeper.start(ServerConfiguration.standalone(directory, 0));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private Store connect() {
        return ZooKeeperStores.connect(server.connectString(), chroot, ZooKeeperConfig.defaults());
    }

    @Test
    void whateverIsNotTooLargeIsAnswered() throws Exception {
        try (Store store = connect()) {
            Sessions sessions = Sessions.of(store);
            Session session = sessions.withRoot();
            int bytes = largest(session, 2_000_000, 256, size -> List.of(Op.create("/large", new byte[size])));
            assertTrue(bytes > 1_040_000 && bytes < 1_048_576, () -> "the bound is at " + bytes);
            // Here what surrounds each operation takes most of the room.
            int creates = largest(
                    session,
                    30_000,
                    500,
                    size -> IntStream.range(0, size)
                            .mapToObj(i -> Op.createEmpty("/" + i))
                            .toList());
            assertTrue(creates > 5_000, () -> "only " + creates + " creates fit");
            ok(session, Op.create("/large", new byte[bytes - 100]));
            assertEquals(bytes - 100, get(session.read("/large")).orElseThrow().data().length);
            assertEquals(0, sessions.suspensions());
        }
    }

    /** The largest size that is not refused as too large; each is tried with a check that fails. */
    private static int largest(Session session, int limit, int precision, IntFunction<List<Op>> request)
            throws Exception {
        int fits = 0;
        int tooLarge = limit;
        while (tooLarge - fits > precision) {
            int size = (fits + tooLarge) / 2;
            List<Op> operations = new ArrayList<>(request.apply(size));
            operations.add(Op.check(Paths.ROOT, 99));
            WriteResult result = get(session.write(operations));
            if (result.status() == Status.TOO_LARGE) {
                tooLarge = size;
            } else {
                assertEquals(Status.BAD_VERSION, result.status(), result.detail());
                fits = size;
            }
        }
        return fits;
    }

    @Test
    void listsMoreThanARequestMayHave() throws Exception {
        try (Store store = connect();
                CuratorFramework existing = existing(server.connectString())) {
            Sessions sessions = Sessions.of(store);
            Session session = sessions.withRoot();
            // More names than a client with the default bound may list, and more bytes than it may read.
            int children = 17_000;
            for (int i = 0; i < children; i += 4_250) {
                ok(
                        session,
                        IntStream.range(i, i + 4_250)
                                .mapToObj(number -> Op.createEmpty("/" + "name-".repeat(12) + number))
                                .toArray(Op[]::new));
            }
            assertEquals(
                    children, get(session.children(Paths.ROOT)).orElseThrow().size());
            assertEquals(0, sessions.suspensions());
            try (Store over = ZooKeeperStores.over(existing, chroot)) {
                Sessions narrow = Sessions.of(over);
                ExecutionException refusal = assertThrows(
                        ExecutionException.class, () -> get(narrow.await().children(Paths.ROOT)));
                StoreException cause = (StoreException) refusal.getCause();
                assertEquals(StoreException.Kind.OTHER, cause.kind());
                assertTrue(cause.getMessage().contains("17000 children"), cause.getMessage());
                assertTrue(get(narrow.await().read(Paths.ROOT)).isPresent());
                assertEquals(0, narrow.suspensions());
            }
        }
    }

    private static CuratorFramework existing(String connectString) throws Exception {
        CuratorFramework client = CuratorFrameworkFactory.builder()
                .connectString(connectString)
                .namespace("its-own")
                .retryPolicy(new RetryOneTime(100))
                .connectionStateErrorPolicy(new SessionConnectionStateErrorPolicy())
                .ensembleTracker(false)
                .build();
        client.start();
        assertTrue(client.blockUntilConnected(30, TimeUnit.SECONDS));
        return client;
    }

    @Test
    void existingClientStaysOpenWithoutOurEphemerals() throws Exception {
        try (CuratorFramework client = existing(server.connectString());
                Store witness = connect()) {
            Session other = Sessions.of(witness).withRoot();
            Session session;
            try (Store over = ZooKeeperStores.over(client, chroot)) {
                session = Sessions.of(over).await();
                ok(session, Op.createEphemeral("/mine", new byte[0]), Op.createEmpty("/stays"));
                assertEquals(client.getZookeeperClient().getZooKeeper().getSessionId(), session.id());
            }
            assertEquals(CuratorFrameworkState.STARTED, client.getState());
            assertTrue(get(other.barrier()).ok());
            assertTrue(get(other.read("/mine")).isEmpty());
            assertTrue(get(other.read("/stays")).isPresent());
            assertTrue(session.ended());
            assertEquals(
                    session.id(), client.getZookeeperClient().getZooKeeper().getSessionId());
            client.create().forPath("/theirs");
        }
    }

    @Test
    void replacedHandleIsANewSession() throws Exception {
        try (CuratorFramework client = existing(server.connectString());
                Store over = ZooKeeperStores.over(client, chroot)) {
            Sessions sessions = Sessions.of(over);
            Session before = sessions.withRoot();
            // As Curator itself does when its addresses change: nobody is told that the connection ended.
            client.getZookeeperClient().reset();
            Await.until("connected again", () -> sessions.connections() == 2);
            assertEquals(1, sessions.suspensions());
            assertTrue(before.ended());
            assertNotEquals(before.id(), sessions.await().id());
            assertTrue(get(sessions.await().barrier()).ok());
            assertEquals(Status.LOST, get(before.barrier()).status());
        }
    }

    @Test
    void leaderOnAForgivingClientIsDeposedAndElectedAgain() throws Exception {
        try (FaultProxy proxy = new FaultProxy(server.clientPort());
                CuratorFramework client = existing(proxy.connectString());
                Store over = ZooKeeperStores.over(client, chroot)) {
            Sessions.of(over).withRoot();
            Told told = new Told();
            try (Leadership leadership = over.campaign("one", told)) {
                Await.until("elected", () -> told.elected.get() == 1);
                proxy.cut();
                Await.until("deposed", () -> told.deposed.get() == 1);
                proxy.heal();
                Await.until("elected again", () -> told.elected.get() == 2);
                leadership.resign();
                Await.until("elected after stepping back", () -> told.elected.get() == 3);
            }
            Await.until("deposed at the end", () -> told.deposed.get() == 3);
        }
    }

    @Test
    void candidateWaitsForTheRootAndReplacesItsLostNode() throws Exception {
        try (Store store = connect()) {
            Told told = new Told();
            Session session = Sessions.of(store).await();
            store.campaign("one", told);
            assertTrue(get(session.barrier()).certainlyNotDone());
            assertEquals(0, told.elected.get());
            ok(session, Op.create(Paths.ROOT, "kept".getBytes(StandardCharsets.UTF_8)));
            Await.until("elected once there is a root", () -> told.elected.get() == 1);
            assertEquals(4, get(session.read(Paths.ROOT)).orElseThrow().data().length);
            assertFalse(get(session.read(Paths.LEADER)).orElseThrow().ephemeral(), "a container vanishes when empty");
            String node = get(session.children(Paths.LEADER)).orElseThrow().get(0);
            assertEquals(
                    "one",
                    new String(
                            get(session.read(Paths.LEADER + "/" + node))
                                    .orElseThrow()
                                    .data(),
                            StandardCharsets.UTF_8));
            ok(session, Op.delete(Paths.LEADER + "/" + node, Op.ANY_VERSION));
            Await.until("elected with a new node", () -> told.elected.get() == 2);
            assertEquals(1, told.deposed.get());
        }
    }

    @Test
    void impossiblePathsAreRefused() throws Exception {
        try (Store store = connect()) {
            Session session = Sessions.of(store).withRoot();
            ExecutionException refusal = assertThrows(ExecutionException.class, () -> get(session.read("/a//b")));
            assertEquals(StoreException.Kind.OTHER, ((StoreException) refusal.getCause()).kind());
            WriteResult write = get(session.write(List.of(Op.exists(Paths.ROOT), Op.createEmpty("/a/"))));
            assertEquals(Status.REFUSED, write.status());
            assertEquals(1, write.failedOperation());
            ok(session, Op.createEphemeral("/e", new byte[0]));
            WriteResult below = get(session.write(List.of(Op.createEmpty("/e/child"))));
            assertEquals(Status.REFUSED, below.status(), below.detail());
        }
    }

    @Test
    void unreachableServersAreNamed() throws Exception {
        int port = ZooKeeperProcesses.freePorts(1).get(0);
        StoreException refusal = assertThrows(
                StoreException.class,
                () -> ZooKeeperStores.connect(
                        "127.0.0.1:" + port,
                        chroot,
                        ZooKeeperConfig.defaults().withConnectTimeout(Duration.ofMillis(700))));
        assertEquals(StoreException.Kind.DISCONNECTED, refusal.kind());
        assertTrue(refusal.getMessage().contains("127.0.0.1:" + port), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("700 ms"), refusal.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> ZooKeeperStores.connect("127.0.0.1:" + port + "/a", chroot, ZooKeeperConfig.defaults()));
        assertThrows(
                IllegalArgumentException.class,
                () -> ZooKeeperStores.connect("127.0.0.1:" + port, "assent", ZooKeeperConfig.defaults()));
    }

    @Test
    void oldServersAreRefused() throws Exception {
        for (String old : List.of("3.9.3-c26634f34490bb0ea7a09cc51e05ede3b4e320ee", "3.8.7", "3.4.14", "2.10.20")) {
            StoreException refusal = assertThrows(StoreException.class, () -> check(old));
            assertTrue(refusal.getMessage().contains(old), refusal.getMessage());
            assertTrue(refusal.getMessage().contains("3.9.5"), refusal.getMessage());
        }
        for (String good : List.of("3.9.5-293c895a8", "3.9.10", "3.10.0", "4.0.0")) {
            check(good);
        }
    }

    /** Asks a server that says it is of {@code version}. */
    private static void check(String version) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, ZooKeeperProcesses.loopback())) {
            Thread answering = new Thread(() -> {
                try (Socket client = listener.accept()) {
                    client.getInputStream().readNBytes(4);
                    client.getOutputStream()
                            .write(("Zookeeper version: " + version
                                            + ", built on 2026-02-11 20:10 UTC\nMode: standalone\n")
                                    .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            answering.start();
            try {
                ServerVersions.check("127.0.0.1:" + listener.getLocalPort(), new ZKClientConfig());
            } finally {
                answering.join();
            }
        }
    }

    private static final class Told implements LeadershipListener {
        private final AtomicInteger elected = new AtomicInteger();
        private final AtomicInteger deposed = new AtomicInteger();

        @Override
        public void elected() {
            elected.incrementAndGet();
        }

        @Override
        public void deposed() {
            deposed.incrementAndGet();
        }
    }
}
