package dev.assent.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.CommitProtocol;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.Slot;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Verdict;
import dev.assent.protocol.Vote;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult;
import dev.assent.zookeeper.ZooKeeperConfig;
import dev.assent.zookeeper.ZooKeeperStores;
import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.ServerConfiguration;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same coordinator on a real server: election, watches, takeover, collection. */
class CoordinatorOnZooKeeperTest {
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    private Path directory;

    private EmbeddedZooKeeper server;
    private Session hand;
    private Store handStore;
    private Store oneStore;
    private Store twoStore;

    @BeforeEach
    void startServer() throws Exception {
        server = EmbeddedZooKeeper.start(ServerConfiguration.standalone(directory, 0));
        handStore = open();
        oneStore = open();
        twoStore = open();
        CompletableFuture<Session> first = new CompletableFuture<>();
        handStore.listen(new Store.SessionListener() {
            @Override
            public void connected(Session session) {
                first.complete(session);
            }

            @Override
            public void suspended() {}
        });
        hand = first.get(30, TimeUnit.SECONDS);
    }

    private Store open() {
        return ZooKeeperStores.connect(server.connectString(), "/assent", ZooKeeperConfig.defaults());
    }

    @AfterEach
    void stopServer() throws Exception {
        oneStore.close();
        twoStore.close();
        handStore.close();
        server.close();
    }

    private static Coordinator start(String id, Store store) {
        CoordinatorConfig config = CoordinatorConfig.builder(id)
                .generationSize(3)
                .sealDelay(Duration.ofMillis(100))
                .build();
        SecureRandom random = new SecureRandom();
        Coordinator coordinator = new Coordinator(store, CommitProtocol.standard(), config, random::nextLong);
        coordinator.start();
        return coordinator;
    }

    private static boolean leads(Coordinator coordinator) {
        return coordinator.status().state() == CoordinatorStatus.State.LEADING;
    }

    private void ok(List<Op> ops) throws Exception {
        WriteResult result = hand.write(ops).get(30, TimeUnit.SECONDS);
        assertTrue(result.ok(), result.detail());
    }

    private Optional<Node> read(String path) throws Exception {
        return hand.read(path).get(30, TimeUnit.SECONDS);
    }

    private void vote(TransactionId id) throws Exception {
        Slot yes = Slot.vote(Vote.YES, "i1", "attempt-1", "r1", "");
        ok(List.of(Op.check(Paths.record(id), 0), Op.set(Paths.slot(id, "a"), Records.slot(yes), 0)));
    }

    private Verdict decision(TransactionId id) throws Exception {
        Await.until(
                id + " is decided", () -> read(Paths.record(id)).orElseThrow().version() == 1);
        return Records.record(read(Paths.record(id)).orElseThrow().data())
                .verdict()
                .orElseThrow();
    }

    @Test
    void decidesTakesOverAndCollects() throws Exception {
        Coordinator one = start("c1", oneStore);
        Await.until("c1 leads", () -> leads(one));
        Coordinator two = start("c2", twoStore);
        ok(List.of(
                Op.create(Paths.participant("a"), Records.registration("test")),
                Op.createEmpty(Paths.inbox("a")),
                Op.createEmpty(Paths.inbox("a", 1))));
        TransactionId[] ids = new TransactionId[3];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = TransactionId.of(1, i);
            ok(Harness.beginOps(ids[i], LONG, "a"));
        }
        vote(ids[0]);
        Verdict first = decision(ids[0]);
        assertEquals(Decision.COMMIT, first.decision());

        one.close().get(30, TimeUnit.SECONDS);
        vote(ids[1]);
        vote(ids[2]);
        Await.until("c2 leads", () -> leads(two));
        assertEquals(Decision.COMMIT, decision(ids[1]).decision());
        assertTrue(decision(ids[2]).epoch() > first.epoch());

        for (TransactionId id : ids) {
            Slot done = Slot.vote(Vote.YES, "i1", "attempt-1", "r1", "").acknowledged(BranchOutcome.COMMITTED, "");
            ok(List.of(
                    Op.check(Paths.record(id), 1),
                    Op.set(Paths.slot(id, "a"), Records.slot(done), 1),
                    Op.delete(Paths.inboxEntry("a", id), Op.ANY_VERSION)));
        }
        Await.until("generation 1 is gone", () -> read(Paths.generation(1)).isEmpty());
        assertEquals(
                2,
                Records.currentGeneration(read(Paths.TRANSACTIONS).orElseThrow().data()));
        assertTrue(read(Paths.inbox("a", 1)).isEmpty());
        assertTrue(read(Paths.inbox("a", 2)).isPresent());
        Node page = read(Paths.historyPage(1, 1)).orElseThrow();
        for (TransactionId id : ids) {
            assertEquals(
                    OutcomeState.COMMITTED, Records.historyPage(page.data()).get(id));
        }
        two.close().get(30, TimeUnit.SECONDS);
        assertTrue(read(Paths.coordinator("c2")).isEmpty());
    }
}
