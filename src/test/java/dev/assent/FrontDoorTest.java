package dev.assent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.client.Refusal;
import dev.assent.coordinator.Coordinator;
import dev.assent.coordinator.CoordinatorConfig;
import dev.assent.participant.EnlistedBranch;
import dev.assent.participant.Prepared;
import dev.assent.protocol.CommitProtocol;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Paths;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.StoreException;
import dev.assent.zookeeper.ZooKeeperConfig;
import dev.assent.zookeeper.ZooKeeperStores;
import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.ServerConfiguration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The front door with the real coordinator and participants on a real ZooKeeper. */
class FrontDoorTest {
    private static final String CHROOT = "/front-door";
    private static final Duration SHORT = Duration.ofMillis(800);

    @TempDir
    private static Path directory;

    private static EmbeddedZooKeeper server;
    private static Store coordinatorStore;
    private static Coordinator coordinator;

    // What a resource promised in one test it keeps in the next.
    private static final MemoryResource ORDERS = new MemoryResource("orders");
    private static final MemoryResource PAYMENTS = new MemoryResource("payments");

    private Assent assent;

    @BeforeAll
    static void startServerAndCoordinator() throws IOException {
        server = EmbeddedZooKeeper.start(ServerConfiguration.standalone(directory, 0));
        coordinatorStore = ZooKeeperStores.connect(server.connectString(), CHROOT, ZooKeeperConfig.defaults());
        CoordinatorConfig config = CoordinatorConfig.builder("c1")
                .generationSize(3)
                .sealDelay(Duration.ofMillis(50))
                .abortGrace(Duration.ofMillis(50))
                .build();
        coordinator = new Coordinator(coordinatorStore, CommitProtocol.standard(), config, new Random(5)::nextLong);
        coordinator.start();
    }

    @AfterAll
    static void stopServerAndCoordinator() throws Exception {
        coordinator.close().get(30, TimeUnit.SECONDS);
        coordinatorStore.close();
        server.close();
    }

    @BeforeEach
    void openAssent() {
        PAYMENTS.obliging();
        assent = Assent.connect(server.connectString(), AssentOptions.defaults().withChroot(CHROOT));
        assent.participate("orders", ORDERS);
        assent.participate("payments", PAYMENTS);
    }

    @AfterEach
    void closeAssent() {
        assent.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private TransactionBuilder both() {
        return assent.transaction().with("orders", bytes("3 books")).with("payments", bytes("30 EUR"));
    }

    @Test
    void commitsEverywhere() throws Exception {
        Outcome outcome = both().timeout(Duration.ofSeconds(10)).commit();
        assertEquals(Outcome.Result.COMMITTED, outcome.result(), outcome::toString);
        TransactionId id = TransactionId.parse(outcome.id());
        Await.until("both apply it", () -> ORDERS.committed(id) && PAYMENTS.committed(id));
        assertEquals(OutcomeState.COMMITTED, assent.outcome(outcome.id()).state());
    }

    @Test
    void commitsAsynchronously() throws Exception {
        CompletableFuture<Outcome> outcome = both().commitAsync();
        assertTrue(outcome.get(30, TimeUnit.SECONDS).committed());
    }

    @Test
    void oneNoAbortsWithItsReason() throws Exception {
        PAYMENTS.answer = Prepared.no("not enough money");
        Outcome outcome = both().commit();
        assertEquals(Outcome.Result.ABORTED, outcome.result());
        assertTrue(outcome.reason().contains("not enough money"), outcome::reason);
        TransactionId id = TransactionId.parse(outcome.id());
        Await.until("the other rolls back", () -> !ORDERS.holds(id));
        assertFalse(ORDERS.committed(id));
    }

    @Test
    void slowVoteTimesOut() {
        PAYMENTS.hold = new CompletableFuture<>();
        Outcome outcome = both().timeout(SHORT).commit();
        PAYMENTS.hold.complete(null);
        assertEquals(Outcome.Result.ABORTED, outcome.result(), outcome::toString);
    }

    @Test
    void outcomeSurvivesTheCollectionOfItsRecord() throws Exception {
        String id = both().commit().id();
        for (int i = 0; i < 8; i++) {
            both().commit();
        }
        Await.until("the record is collected", () -> {
            try (Store reader = ZooKeeperStores.connect(server.connectString(), CHROOT, ZooKeeperConfig.defaults())) {
                return gone(reader, TransactionId.parse(id));
            }
        });
        assertEquals(OutcomeState.COMMITTED, assent.outcome(id).state());
    }

    private static boolean gone(Store reader, TransactionId id) throws Exception {
        CompletableFuture<Boolean> gone = new CompletableFuture<>();
        reader.listen(new Store.SessionListener() {
            @Override
            public void connected(Session session) {
                var unused = session.barrier()
                        .thenCompose(done -> session.read(Paths.record(id)))
                        .thenAccept(node -> gone.complete(node.isEmpty()));
            }

            @Override
            public void suspended() {}
        });
        return gone.get(30, TimeUnit.SECONDS);
    }

    @Test
    void neverExistedIsForgottenAndNotAborted() {
        assertEquals(
                OutcomeState.FORGOTTEN, assent.outcome("1-00c0ffee00c0ffee").state());
        assertThrows(IllegalArgumentException.class, () -> assent.outcome("../1"));
    }

    @Test
    void unknownParticipantIsRefused() {
        TransactionBuilder transaction = both().with("shipping", bytes("x"));
        TransactionRefusedException refused = assertThrows(TransactionRefusedException.class, transaction::commit);
        assertEquals(Refusal.Cause.UNKNOWN_PARTICIPANT, refused.kind());
        assertTrue(refused.getMessage().contains("'shipping'"), refused::getMessage);
    }

    @Test
    void tooLargeAPayloadIsRefused() {
        TransactionBuilder transaction = assent.transaction().with("orders", new byte[300_000]);
        TransactionRefusedException refused = assertThrows(TransactionRefusedException.class, transaction::commit);
        assertEquals(Refusal.Cause.TOO_LARGE, refused.kind());
        assertTrue(
                refused.getMessage().contains("'orders'")
                        && refused.getMessage().contains("300000"),
                refused::getMessage);
    }

    @Test
    void enlistedWorkCommits() throws Exception {
        Participation service = assent.participate("ledger", new MemoryResource("ledger-a"));
        try (Transaction transaction = assent.begin()) {
            EnlistedBranch branch = service.enlist(transaction.id());
            transaction.enlisted(branch.token());
            Outcome outcome = transaction.commit();
            assertEquals(Outcome.Result.COMMITTED, outcome.result(), outcome::toString);
            assertEquals(transaction.id(), outcome.id());
        }
    }

    @Test
    void enlistedWorkAborts() throws Exception {
        MemoryResource resource = new MemoryResource("ledger-b");
        Participation service = assent.participate("ledger-b", resource);
        Transaction transaction = assent.begin();
        transaction.enlisted(service.enlist(transaction.id()).token());
        Outcome outcome = transaction.abort();
        assertEquals(Outcome.Result.ABORTED, outcome.result(), outcome::toString);
        assertTrue(outcome.reason().contains("aborted by its initiator"), outcome::reason);
        assertEquals(outcome, transaction.commit());
        Await.until("its branch is rolled back", () -> resource.rolledBack(TransactionId.parse(transaction.id())));
    }

    @Test
    void whoeverGoesOnAfterABranchThatWasNotOpenedCommitsNothing() throws Exception {
        Participation service = assent.participate("ledger-c", new MemoryResource("ledger-c"));
        EnlistingParticipation<String> broken = assent.participate("broken", new UnopenableResource("broken"));
        Transaction transaction = assent.begin();
        transaction.enlisted(service.enlist(transaction.id()).token());
        IllegalStateException failure = assertThrows(IllegalStateException.class, () -> broken.enlist(transaction));
        assertTrue(failure.getMessage().contains("the disk is full"), failure::getMessage);
        assertEquals(Outcome.Result.ABORTED, transaction.commit().result());
    }

    @Test
    void openTransactionIsAbortedByItsTimeout() throws Exception {
        Transaction transaction = assent.begin(SHORT);
        Await.until(
                "the coordinator aborts it",
                () -> assent.outcome(transaction.id()).state() == OutcomeState.ABORTED);
        assertEquals(Outcome.Result.ABORTED, transaction.commit().result());
    }

    @Test
    void deadlineWithoutADecisionIsUnknownAndNamesTheNextStep() throws Exception {
        OutcomeUnknownException thrown;
        String leaderless = "/no-leader";
        try (Store store = ZooKeeperStores.connect(server.connectString(), leaderless, ZooKeeperConfig.defaults());
                Assent alone = leaderless(store, leaderless)) {
            // Registered, and nobody there who votes: with every vote the outcome would be known without a leader.
            alone.participate("orders", new MemoryResource("orders-2")).close();
            TransactionBuilder transaction =
                    alone.transaction().with("orders", bytes("x")).timeout(SHORT);
            thrown = assertThrows(OutcomeUnknownException.class, transaction::commit);
            assertEquals(OutcomeState.PENDING, alone.outcome(thrown.id()).state());
        }
        assertTrue(thrown.getMessage().contains("outcome(\"" + thrown.id()), thrown::getMessage);
    }

    /** A tree that a coordinator set up and left. */
    private static Assent leaderless(Store store, String chroot) throws Exception {
        Coordinator first = new Coordinator(
                store,
                CommitProtocol.standard(),
                CoordinatorConfig.builder("c2").build(),
                new Random(6)::nextLong);
        first.start();
        Assent alone = Assent.connect(
                server.connectString(),
                AssentOptions.defaults().withChroot(chroot).withTimeouts(Duration.ofSeconds(30), SHORT));
        alone.participate("warm-up", new MemoryResource("warm-up"));
        first.close().get(30, TimeUnit.SECONDS);
        return alone;
    }

    @Test
    void unreachableZooKeeperIsNamedWithTheTime() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        AssentOptions options = AssentOptions.defaults().withConnection(Duration.ofSeconds(10), Duration.ofMillis(700));
        StoreException failed = assertThrows(StoreException.class, () -> Assent.connect("127.0.0.1:" + port, options));
        assertTrue(
                failed.getMessage().contains("127.0.0.1:" + port)
                        && failed.getMessage().contains("700"),
                failed::getMessage);
    }

    @Test
    void closedRefusesEverything() throws Exception {
        assent.close();
        assertEquals(
                Refusal.Cause.CLOSED,
                assertThrows(TransactionRefusedException.class, () -> both().commit())
                        .kind());
        assertThrows(IllegalStateException.class, () -> assent.participate("orders", ORDERS));
    }

    @Test
    void interruptedCallerStopsWaiting() throws Exception {
        PAYMENTS.hold = new CompletableFuture<>();
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                outcome.complete(both().commit());
            } catch (RuntimeException e) {
                assertTrue(Thread.currentThread().isInterrupted(), "the interrupt was swallowed");
                outcome.completeExceptionally(e);
            }
        });
        caller.start();
        Await.until("it waits for a vote", () -> PAYMENTS.preparing());
        caller.interrupt();
        ExecutionException thrown = assertThrows(ExecutionException.class, () -> outcome.get(30, TimeUnit.SECONDS));
        PAYMENTS.hold.complete(null);
        assertTrue(thrown.getCause() instanceof OutcomeUnknownException, thrown::toString);
    }
}
