package dev.assent.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.EnsembleMember;
import dev.assent.zookeeper.server.ServerConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedZooKeeperTest {
    @TempDir
    private Path directory;

    @Test
    void keepsItsDataOverRestarts() throws Exception {
        int port;
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(ServerConfiguration.standalone(directory, 0));
                Store store =
                        ZooKeeperStores.connect(server.connectString(), "/a/b/assent", ZooKeeperConfig.defaults())) {
            port = server.clientPort();
            assertTrue(port > 0);
            assertTrue(session(store)
                    .write(List.of(Op.create(Paths.ROOT, "kept".getBytes(StandardCharsets.UTF_8))))
                    .get()
                    .ok());
        }
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(ServerConfiguration.standalone(directory, port));
                Store store =
                        ZooKeeperStores.connect(server.connectString(), "/a/b/assent", ZooKeeperConfig.defaults())) {
            assertEquals(
                    "kept",
                    new String(
                            session(store).read(Paths.ROOT).get().orElseThrow().data(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void namesTheTakenPort() throws Exception {
        try (EmbeddedZooKeeper server =
                EmbeddedZooKeeper.start(ServerConfiguration.standalone(directory.resolve("one"), 0))) {
            IOException refusal = assertThrows(
                    IOException.class,
                    () -> EmbeddedZooKeeper.start(
                            ServerConfiguration.standalone(directory.resolve("two"), server.clientPort())));
            assertTrue(refusal.getMessage().contains("127.0.0.1:" + server.clientPort()), refusal.getMessage());
            assertTrue(refusal.getMessage().contains("taken"), refusal.getMessage());
        }
    }

    @Test
    void memberWithoutAMajorityEndsWhenTold() throws Exception {
        List<Integer> ports = ZooKeeperProcesses.freePorts(9);
        List<EnsembleMember> members = IntStream.range(0, 3)
                .mapToObj(i ->
                        new EnsembleMember("127.0.0.1", ports.get(3 * i), ports.get(3 * i + 1), ports.get(3 * i + 2)))
                .toList();
        assertEquals(members, EnsembleMember.parse(EnsembleMember.format(members)));
        EmbeddedZooKeeper member = EmbeddedZooKeeper.start(ServerConfiguration.member(directory, 2, members));
        assertEquals(ports.get(5), member.clientPort());
        assertEquals(EnsembleMember.connectString(members), member.connectString());
        assertFalse(member.ended().isDone());
        member.close();
        assertTrue(member.ended().isDone());
        assertFalse(member.ended().isCompletedExceptionally());
        assertThrows(IllegalArgumentException.class, () -> ServerConfiguration.member(directory, 4, members));
        assertThrows(IllegalArgumentException.class, () -> EnsembleMember.parse("127.0.0.1:2888:3888"));
    }

    private static Session session(Store store) throws Exception {
        CompletableFuture<Session> first = new CompletableFuture<>();
        store.listen(new Store.SessionListener() {
            @Override
            public void connected(Session session) {
                first.complete(session);
            }

            @Override
            public void suspended() {}
        });
        return first.get();
    }
}
