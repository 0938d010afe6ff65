package dev.assent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.TransactionId;
import dev.assent.store.WriteResult.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The znode of an inbox is never created a second time: a copy of the first one would be taken for one of the second. */
class EmptiedInboxTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String INBOX = "/participants/a/inbox/1";
    private static final byte[] CONTENT = "{\"v\":1}".getBytes(StandardCharsets.UTF_8);

    private final Random random = new Random(7);
    private final VirtualLoop loop = new VirtualLoop();
    private final InMemoryEnsemble ensemble =
            new InMemoryEnsemble(loop, random::nextLong, new InMemoryEnsemble.Conditions());
    private Session first;
    private Session second;

    private Session connect() {
        List<Session> connected = new ArrayList<>();
        new PackedStore(ensemble.open(loop)).listen(new Store.SessionListener() {
            @Override
            public void connected(Session session) {
                connected.add(session);
            }

            @Override
            public void suspended() {}
        });
        loop.until("connected", LIMIT, () -> !connected.isEmpty());
        return connected.get(0);
    }

    private <T> T get(CompletableFuture<T> future) {
        loop.until("answered", LIMIT, future::isDone);
        return future.join();
    }

    private WriteResult write(Session session, Op... ops) {
        return get(session.write(List.of(ops)));
    }

    private static TransactionId id(int place) {
        return TransactionId.together(1, 0xabcdL << 16, 2, place);
    }

    private static String record(int place) {
        return Paths.record(id(place));
    }

    private static String slot(int place) {
        return Paths.slot(id(place), "a");
    }

    private static String entry(int place) {
        return Paths.inboxEntry("a", id(place));
    }

    private WriteResult begin(int place) {
        return write(
                first,
                Op.check("/transactions/1", 0),
                Op.create(record(place), CONTENT),
                Op.createEmpty(slot(place)),
                Op.create(entry(place), CONTENT));
    }

    private Optional<List<String>> znodes() {
        return ensemble.committed().children(INBOX);
    }

    @BeforeEach
    void populate() {
        first = connect();
        second = connect();
        for (String path : List.of(
                "/",
                "/transactions",
                "/transactions/1",
                "/participants",
                "/participants/a",
                "/participants/a/inbox",
                INBOX)) {
            assertTrue(write(first, Op.createEmpty(path)).ok());
        }
    }

    @Test
    void aBeginThatComesLaterKeepsItsEntry() {
        assertTrue(begin(1).ok());
        assertTrue(get(second.read(entry(1))).isPresent());
        assertTrue(write(first, Op.delete(entry(1), Op.ANY_VERSION)).ok());
        assertFalse(get(first.read(entry(1))).isPresent());
        assertEquals(Optional.of(List.of()), get(first.children(INBOX)));
        assertEquals(1, znodes().orElseThrow().size());

        assertTrue(begin(2).ok());

        // On its copy of the znode, in which the first transaction's entry was the only one.
        assertEquals(
                Status.NO_NODE,
                write(second, Op.delete(entry(1), Op.ANY_VERSION)).status());
        assertTrue(get(first.read(entry(2))).isPresent());
    }

    @Test
    void itGoesWhenAllHaveBegun() {
        assertTrue(begin(1).ok());
        assertTrue(begin(2).ok());
        assertTrue(write(first, Op.delete(entry(1), Op.ANY_VERSION)).ok());
        assertTrue(write(second, Op.delete(entry(2), Op.ANY_VERSION)).ok());
        assertEquals(Optional.of(List.of()), znodes());
    }

    @Test
    void itGoesWithItsRecord() {
        assertTrue(begin(1).ok());
        assertTrue(write(first, Op.delete(entry(1), Op.ANY_VERSION)).ok());
        assertEquals(1, znodes().orElseThrow().size());
        assertTrue(write(second, Op.delete(slot(1), 0), Op.delete(record(1), 0)).ok());
        assertEquals(Optional.of(List.of()), znodes());
    }

    @Test
    void itGoesAfterItsRecord() {
        assertTrue(begin(1).ok());
        assertTrue(write(second, Op.delete(slot(1), 0), Op.delete(record(1), 0)).ok());
        assertEquals(1, znodes().orElseThrow().size());
        assertTrue(write(first, Op.delete(entry(1), Op.ANY_VERSION)).ok());
        assertEquals(Optional.of(List.of()), znodes());
    }

    /** The place of the refused operation tells the caller which participant has no inbox. */
    @Test
    void aMissingDirectoryIsNamedAtOnce() {
        assertTrue(write(first, Op.delete(INBOX, 0)).ok());
        WriteResult refused = begin(1);
        assertEquals(Status.NO_NODE, refused.status());
        assertEquals(3, refused.failedOperation());
    }
}
