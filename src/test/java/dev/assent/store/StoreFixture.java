package dev.assent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import dev.assent.store.WriteResult.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the suites of a store's contract share: clients of one ensemble, their faults, and short forms. */
abstract class StoreFixture {
    private static final int TIMEOUT_SECONDS = 30;
    static final String BASE = "/base";

    /** One client of the ensemble under test, and what can happen to its connection. */
    public interface Client extends AutoCloseable {
        Store store();

        /** The next write is answered by LOST, after it was applied or without ever being applied. */
        void loseNextReply(boolean applied);

        /**
         * The next write is answered by LOST and stays under way until {@link #releaseHeldWrite}, also while the client
         * goes on. False where this store's network cannot be made to do so.
         */
        default boolean holdNextWrite() {
            return false;
        }

        /** The write held back reaches its server, in the session that sent it. */
        default void releaseHeldWrite() {}

        /** The client reaches no server until {@link #heal}. The session lives on meanwhile, for its timeout. */
        void cutConnection();

        void heal();

        /** The server ends the client's session. */
        void endSession();

        /** Ends the store and its loop. */
        @Override
        void close();
    }

    /** A client of the one ensemble of this test. */
    protected abstract Client newClient() throws Exception;

    /** Somebody changes the ACL of a node without taking any permission away. */
    protected abstract void changeAcl(String path) throws Exception;

    /** What a client's listener was told. */
    static final class Watched implements Store.SessionListener {
        final Client client;
        final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        private final AtomicReference<Session> session = new AtomicReference<>();
        private final AtomicInteger connections = new AtomicInteger();
        final AtomicInteger suspensions = new AtomicInteger();

        Watched(Client client) {
            this.client = client;
            client.store().listen(this);
        }

        @Override
        public void connected(Session now) {
            session.set(now);
            events.add("connected");
            connections.incrementAndGet();
        }

        @Override
        public void suspended() {
            events.add("suspended");
            suspensions.incrementAndGet();
        }

        Session await(int connection) throws Exception {
            Await.until("connection " + connection, () -> connections.get() >= connection);
            return session.get();
        }
    }

    private final List<Client> clients = new ArrayList<>();
    Watched first;
    Session session;

    @BeforeEach
    void connect() throws Exception {
        first = open();
        session = first.await(1);
        WriteResult root = get(session.write(List.of(Op.createEmpty(Paths.ROOT))));
        assertTrue(root.ok() || root.status() == Status.NODE_EXISTS, root.detail());
        ok(Op.createEmpty(BASE));
    }

    @AfterEach
    void closeClients() {
        clients.forEach(Client::close);
    }

    Watched open() throws Exception {
        Client client = newClient();
        clients.add(client);
        return new Watched(client);
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    void ok(Op... ops) throws Exception {
        WriteResult result = get(session.write(List.of(ops)));
        assertTrue(result.ok(), result.detail());
        assertEquals(-1, result.failedOperation());
    }

    void refused(Status status, int index, Op... ops) throws Exception {
        WriteResult result = get(session.write(List.of(ops)));
        assertEquals(status, result.status(), result.detail());
        assertEquals(index, result.failedOperation(), result.detail());
        assertTrue(result.certainlyNotDone());
        assertFalse(result.detail().isBlank(), "a refusal without a word");
    }

    static Node node(Session on, String path) throws Exception {
        return get(on.read(path)).orElseThrow(() -> new AssertionError("no node " + path));
    }

    static StoreException.Kind failure(CompletableFuture<?> read) {
        ExecutionException failed = assertThrows(ExecutionException.class, () -> get(read));
        return ((StoreException) failed.getCause()).kind();
    }
}
