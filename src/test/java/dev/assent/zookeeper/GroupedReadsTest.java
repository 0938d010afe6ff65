package dev.assent.zookeeper;

import static dev.assent.zookeeper.Sessions.get;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.store.Node;
import dev.assent.store.StoreException;
import dev.assent.store.ThreadLoop;
import dev.assent.zookeeper.FaultProxy.Fault;
import dev.assent.zookeeper.Link.Answer;
import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.ServerConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads that go together are answered each for itself. */
class GroupedReadsTest {
    private static final AtomicInteger ROOTS = new AtomicInteger();
    private static final int SESSION_MILLIS = 20_000;
    private static final int MAX_REQUEST = ZooKeeperConfig.defaults().maxRequestBytes();
    /** What a read that goes alone is answered here. */
    private static final Node ALONE = new Node(new byte[] {'1'}, 77, 0, false, 0, 0, 0);

    @TempDir
    private static Path directory;

    private static EmbeddedZooKeeper server;

    private final String chroot = "/grouped-" + ROOTS.incrementAndGet();
    private final ThreadLoop loop = new ThreadLoop("grouped-reads");
    private final Link link = new Link(Chroot.of(chroot), new Acls(), loop, MAX_REQUEST);
    private final List<String> alone = new CopyOnWriteArrayList<>();

    private FaultProxy proxy;
    private ZooKeeper handle;

    @BeforeAll
    static void startServer() throws IOException {
        server = EmbeddedZooKeeper.start(ServerConfiguration.standalone(directory, 0));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect() throws Exception {
        proxy = new FaultProxy(server.clientPort());
        CountDownLatch connected = new CountDownLatch(1);
        handle = new ZooKeeper(proxy.connectString(), SESSION_MILLIS, event -> connected.countDown());
        assertTrue(connected.await(30, TimeUnit.SECONDS));
        create("", ZooDefs.Ids.OPEN_ACL_UNSAFE);
    }

    @AfterEach
    void disconnect() throws Exception {
        handle.close();
        proxy.close();
        loop.close();
    }

    private void create(String path, List<ACL> acl) throws Exception {
        handle.create(chroot + path, path.getBytes(StandardCharsets.UTF_8), acl, CreateMode.PERSISTENT);
    }

    private GroupedReads reads(int largestAnswer) {
        return new GroupedReads(handle, link, largestAnswer, (path, answer) -> {
            alone.add(path);
            answer.give(Optional.of(ALONE));
        });
    }

    private GroupedReads reads() {
        return reads(64 * MAX_REQUEST);
    }

    private CompletableFuture<Optional<Node>> ask(GroupedReads reads, String path) {
        Answer<Optional<Node>> answer = link.promise(future -> future.cancel(false));
        reads.read(path, answer);
        return answer.future();
    }

    /** Reads all of {@code paths} in one turn of the loop. */
    private List<CompletableFuture<Optional<Node>>> together(GroupedReads reads, List<String> paths) throws Exception {
        CompletableFuture<List<CompletableFuture<Optional<Node>>>> asked = new CompletableFuture<>();
        loop.execute(() -> {
            List<CompletableFuture<Optional<Node>>> answers = new ArrayList<>();
            for (String path : paths) {
                answers.add(ask(reads, path));
            }
            asked.complete(answers);
        });
        return get(asked);
    }

    private static void assertIs(String path, CompletableFuture<Optional<Node>> answer) throws Exception {
        Node node = get(answer).orElseThrow(() -> new AssertionError("there is no " + path));
        assertArrayEquals(path.getBytes(StandardCharsets.UTF_8), node.data());
        assertEquals(0, node.version());
    }

    private static void assertFailed(StoreException.Kind kind, CompletableFuture<Optional<Node>> answer) {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> get(answer));
        assertEquals(kind, ((StoreException) failure.getCause()).kind(), failure::toString);
    }

    @Test
    void readsOfOneTurnAreOneRequestAndEachHasItsOwnAnswer() throws Exception {
        create("/a", ZooDefs.Ids.OPEN_ACL_UNSAFE);
        create("/closed", Collections.singletonList(new ACL(ZooDefs.Perms.WRITE, ZooDefs.Ids.ANYONE_ID_UNSAFE)));
        create("/b", ZooDefs.Ids.OPEN_ACL_UNSAFE);
        List<CompletableFuture<Optional<Node>>> answers =
                together(reads(), List.of("/a", "/missing", "/closed", "/b", "/a"));
        assertIs("/a", answers.get(0));
        assertTrue(get(answers.get(1)).isEmpty());
        assertFailed(StoreException.Kind.NO_AUTH, answers.get(2));
        assertIs("/b", answers.get(3));
        assertIs("/a", answers.get(4));
        assertEquals(1, proxy.groupedReads());
        assertEquals(List.of(), alone);
    }

    @Test
    void aReadWithoutAnotherGoesAlone() throws Exception {
        assertEquals(Optional.of(ALONE), get(together(reads(), List.of("/a")).get(0)));
        assertEquals(List.of("/a"), alone);
        assertEquals(0, proxy.groupedReads());
    }

    @Test
    void whatTheClientTakesInOneAnswerBoundsAGroup() throws Exception {
        List<String> paths = IntStream.range(0, 7).mapToObj(i -> "/" + i).toList();
        for (String path : paths) {
            create(path, ZooDefs.Ids.OPEN_ACL_UNSAFE);
        }
        List<CompletableFuture<Optional<Node>>> answers = together(reads(3 * MAX_REQUEST), paths);
        for (int i = 0; i < 6; i++) {
            assertIs(paths.get(i), answers.get(i));
        }
        assertEquals(Optional.of(ALONE), get(answers.get(6)));
        assertEquals(2, proxy.groupedReads());
    }

    @Test
    void aPathThatCannotBeOneIsRefusedForItself() throws Exception {
        create("/a", ZooDefs.Ids.OPEN_ACL_UNSAFE);
        create("/b", ZooDefs.Ids.OPEN_ACL_UNSAFE);
        GroupedReads reads = reads();
        CompletableFuture<CompletableFuture<Optional<Node>>> first = new CompletableFuture<>();
        CompletableFuture<CompletableFuture<Optional<Node>>> last = new CompletableFuture<>();
        CompletableFuture<String> refusal = new CompletableFuture<>();
        loop.execute(() -> {
            first.complete(ask(reads, "/a"));
            refusal.complete(assertThrows(IllegalArgumentException.class, () -> ask(reads, "/a//b"))
                    .getMessage());
            last.complete(ask(reads, "/b"));
        });
        assertIs("/a", get(first));
        assertIs("/b", get(last));
        assertTrue(get(refusal).contains(chroot + "/a//b"), refusal.join());
        assertEquals(1, proxy.groupedReads());
    }

    @Test
    void aConnectionLostWithAGroupFailsEachAndLaterReadsGoAlone() throws Exception {
        List<String> paths = List.of("/a", "/b", "/c");
        for (String path : paths) {
            create(path, ZooDefs.Ids.OPEN_ACL_UNSAFE);
        }
        GroupedReads reads = reads();
        proxy.strikeNextGroupedRead(Fault.LOSE_REPLY);
        for (CompletableFuture<Optional<Node>> answer : together(reads, paths)) {
            assertFailed(StoreException.Kind.DISCONNECTED, answer);
        }
        assertEquals(List.of(), alone);
        for (CompletableFuture<Optional<Node>> answer : together(reads, paths)) {
            assertEquals(Optional.of(ALONE), get(answer));
        }
        assertEquals(paths, alone);
        assertEquals(1, proxy.groupedReads());
    }
}
