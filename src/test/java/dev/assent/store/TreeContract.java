package dev.assent.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import dev.assent.store.WriteResult.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The tree: conditional multis, reads, watches. */
abstract class TreeContract extends StoreFixture {
    @Test
    void nodeShowsWhatWasWritten() throws Exception {
        byte[] data = {0, -1, 127, 10};
        ok(Op.create(BASE + "/a", data));
        Node created = node(session, BASE + "/a");
        assertArrayEquals(data, created.data());
        assertEquals(0, created.version());
        assertEquals(0, created.aclVersion());
        assertEquals(0, created.children());
        assertFalse(created.ephemeral());
        ok(Op.set(BASE + "/a", bytes("größer"), 0), Op.createEmpty(BASE + "/a/b"), Op.createEmpty(BASE + "/a/c"));
        Node changed = node(session, BASE + "/a");
        assertArrayEquals(bytes("größer"), changed.data());
        assertEquals(1, changed.version());
        assertEquals(2, changed.children());
        assertEquals(0, node(session, BASE + "/a/b").data().length);
    }

    @Test
    void whatIsMissingIsNothing() throws Exception {
        assertEquals(Optional.empty(), get(session.read(BASE + "/none")));
        assertEquals(Optional.empty(), get(session.children(BASE + "/none")));
        assertEquals(Optional.empty(), get(session.readAndWatch(BASE + "/none", () -> {})));
        assertEquals(Optional.of(List.of()), get(session.children(BASE)));
    }

    @Test
    void childrenAreNames() throws Exception {
        ok(Op.createEmpty(BASE + "/a"), Op.createEmpty(BASE + "/b"), Op.createEmpty(BASE + "/a/c"));
        assertEquals(Set.of("a", "b"), new HashSet<>(get(session.children(BASE)).orElseThrow()));
        assertTrue(get(session.children(Paths.ROOT)).orElseThrow().contains("base"));
    }

    @Test
    void createNeedsAParentAndAFreeName() throws Exception {
        refused(Status.NO_NODE, 0, Op.createEmpty(BASE + "/a/b"));
        refused(Status.NODE_EXISTS, 0, Op.createEmpty(BASE));
        refused(Status.NODE_EXISTS, 0, Op.create(BASE, bytes("other")));
    }

    @Test
    void conditionsNameTheirVersion() throws Exception {
        ok(Op.createEmpty(BASE + "/a"));
        refused(Status.BAD_VERSION, 0, Op.set(BASE + "/a", bytes("x"), 1));
        refused(Status.BAD_VERSION, 0, Op.check(BASE + "/a", 1));
        refused(Status.BAD_VERSION, 0, Op.delete(BASE + "/a", 1));
        refused(Status.NO_NODE, 0, Op.set(BASE + "/b", bytes("x"), 0));
        refused(Status.NO_NODE, 0, Op.set(BASE + "/b", bytes("x"), Op.ANY_VERSION));
        refused(Status.NO_NODE, 0, Op.check(BASE + "/b", 0));
        refused(Status.NO_NODE, 0, Op.exists(BASE + "/b"));
        refused(Status.NO_NODE, 0, Op.delete(BASE + "/b", Op.ANY_VERSION));
        ok(Op.check(BASE + "/a", 0), Op.exists(BASE + "/a"));
        ok(Op.set(BASE + "/a", bytes("x"), Op.ANY_VERSION));
        ok(Op.check(BASE + "/a", 1), Op.delete(BASE + "/a", 1));
    }

    @Test
    void onlyALeafCanBeDeleted() throws Exception {
        ok(Op.createEmpty(BASE + "/a"), Op.createEmpty(BASE + "/a/b"));
        refused(Status.NOT_EMPTY, 0, Op.delete(BASE + "/a", Op.ANY_VERSION));
        ok(Op.delete(BASE + "/a/b", 0), Op.delete(BASE + "/a", 0));
        assertEquals(Optional.empty(), get(session.read(BASE + "/a")));
    }

    @Test
    void multiIsAllOrNothingAndNamesTheFirstFailure() throws Exception {
        ok(Op.createEmpty(BASE + "/a"));
        refused(
                Status.BAD_VERSION,
                2,
                Op.createEmpty(BASE + "/b"),
                Op.set(BASE + "/a", bytes("x"), 0),
                Op.check(BASE, 7),
                Op.createEmpty(BASE + "/none/c"));
        assertEquals(Optional.empty(), get(session.read(BASE + "/b")));
        assertEquals(0, node(session, BASE + "/a").version());
        refused(Status.NODE_EXISTS, 1, Op.delete(BASE + "/a", 0), Op.createEmpty(BASE), Op.check(BASE, 7));
        assertEquals(0, node(session, BASE + "/a").data().length);
    }

    @Test
    void operationsOfAMultiSeeTheEarlierOnes() throws Exception {
        ok(
                Op.createEmpty(BASE + "/a"),
                Op.createEmpty(BASE + "/a/b"),
                Op.set(BASE + "/a", bytes("x"), 0),
                Op.check(BASE + "/a", 1),
                Op.delete(BASE + "/a/b", 0),
                Op.delete(BASE + "/a", 1),
                Op.createEmpty(BASE + "/a"),
                Op.check(BASE + "/a", 0));
        assertEquals(0, node(session, BASE + "/a").version());
    }

    @Test
    void versionsStartAgainWithANewNode() throws Exception {
        ok(Op.createEmpty(BASE + "/a"), Op.set(BASE + "/a", bytes("x"), 0));
        ok(Op.delete(BASE + "/a", 1));
        ok(Op.createEmpty(BASE + "/a"));
        assertEquals(0, node(session, BASE + "/a").version());
    }

    @Test
    void aclVersionTellsOfAChangedAcl() throws Exception {
        ok(Op.createEmpty(BASE + "/a"));
        changeAcl(BASE + "/a");
        Session other = open().await(1);
        assertTrue(get(other.barrier()).ok());
        assertEquals(1, node(other, BASE + "/a").aclVersion());
        assertEquals(0, node(other, BASE + "/a").version());
    }

    @Test
    void requestTooLargeIsRefusedBeforeItIsSent() throws Exception {
        refused(
                Status.TOO_LARGE,
                -1,
                Op.create(BASE + "/a", new byte[600_000]),
                Op.create(BASE + "/b", new byte[600_000]));
        assertEquals(Optional.empty(), get(session.read(BASE + "/a")));
        ok(Op.create(BASE + "/a", new byte[900_000]));
        assertEquals(900_000, node(session, BASE + "/a").data().length);
        assertEquals(0, first.suspensions.get());
    }

    @Test
    void writesOfASessionHappenInTheirOrder() throws Exception {
        ok(Op.createEmpty(BASE + "/a"));
        List<CompletableFuture<WriteResult>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(session.write(List.of(Op.set(BASE + "/a", bytes("" + i), i))));
        }
        for (CompletableFuture<WriteResult> answer : answers) {
            assertTrue(get(answer).ok());
        }
    }

    @Test
    void sessionSeesItsOwnWrites() throws Exception {
        ok(Op.createEmpty(BASE + "/a"));
        for (int i = 0; i < 50; i++) {
            CompletableFuture<WriteResult> write = session.write(List.of(Op.set(BASE + "/a", bytes("" + i), i)));
            assertEquals(i + 1, node(session, BASE + "/a").version());
            assertTrue(get(write).ok());
        }
    }

    @Test
    void ofTwoConditionalWritesOneWins() throws Exception {
        ok(Op.createEmpty(BASE + "/a"));
        Session other = open().await(1);
        CompletableFuture<WriteResult> mine = session.write(List.of(Op.set(BASE + "/a", bytes("mine"), 0)));
        CompletableFuture<WriteResult> theirs = other.write(List.of(Op.set(BASE + "/a", bytes("theirs"), 0)));
        assertEquals(
                Set.of(Status.OK, Status.BAD_VERSION),
                Set.of(get(mine).status(), get(theirs).status()));
        String winner = get(mine).ok() ? "mine" : "theirs";
        assertArrayEquals(
                bytes(winner),
                node(get(mine).ok() ? session : other, BASE + "/a").data());
    }

    @Test
    void afterABarrierASessionSeesWhatWasWrittenBefore() throws Exception {
        Session other = open().await(1);
        ok(Op.createEmpty(BASE + "/a"));
        for (int i = 0; i < 50; i++) {
            ok(Op.set(BASE + "/a", bytes("" + i), i));
            assertTrue(get(other.barrier()).ok());
            assertEquals(i + 1, node(other, BASE + "/a").version());
        }
        assertTrue(get(session.barrier()).ok());
        assertEquals(50, node(session, BASE + "/a").version());
    }

    @Test
    void watchFiresOnceForACreatedChangedAndDeletedNode() throws Exception {
        AtomicInteger fired = new AtomicInteger();
        Session other = open().await(1);
        assertTrue(get(other.barrier()).ok());
        get(other.readAndWatch(BASE + "/a", fired::incrementAndGet));
        ok(Op.createEmpty(BASE + "/a"));
        Await.until("told of the creation", () -> fired.get() == 1);
        Await.until("the node is seen", () -> get(other.read(BASE + "/a")).isPresent());
        assertEquals(
                0,
                get(other.readAndWatch(BASE + "/a", fired::incrementAndGet))
                        .orElseThrow()
                        .version());
        ok(Op.set(BASE + "/a", bytes("x"), 0));
        Await.until("told of the change", () -> fired.get() == 2);
        ok(Op.set(BASE + "/a", bytes("y"), 1));
        assertTrue(get(other.barrier()).ok());
        assertEquals(2, fired.get(), "a watch fires once");
        get(other.readAndWatch(BASE + "/a", fired::incrementAndGet));
        ok(Op.delete(BASE + "/a", 2));
        Await.until("told of the end", () -> fired.get() == 3);
    }

    @Test
    void treeWatchTellsOfEverythingBelowAndNothingBeside() throws Exception {
        ConcurrentLinkedQueue<String> hints = new ConcurrentLinkedQueue<>();
        Session other = open().await(1);
        assertTrue(get(other.barrier()).ok());
        Session.Watch watch = get(other.watchTree(BASE, (path, change) -> hints.add(path + " " + change)));
        ok(Op.createEmpty(BASE + "/a"), Op.createEmpty(BASE + "/a/b"), Op.createEmpty("/base2"));
        ok(Op.set(BASE + "/a/b", bytes("x"), 0));
        ok(Op.delete(BASE + "/a/b", 1), Op.set(BASE, bytes("y"), 0));
        Await.until("told of everything", () -> hints.size() >= 5);
        assertEquals(
                List.of(
                        BASE + "/a CREATED",
                        BASE + "/a/b CREATED",
                        BASE + "/a/b SET",
                        BASE + "/a/b DELETED",
                        BASE + " SET"),
                List.copyOf(hints));
        watch.close();
        Await.until("told of nothing any more", () -> {
            ok(Op.createEmpty(BASE + "/c"), Op.delete(BASE + "/c", 0));
            int before = hints.size();
            assertTrue(get(other.barrier()).ok());
            ok(Op.createEmpty(BASE + "/c"), Op.delete(BASE + "/c", 0));
            assertTrue(get(other.barrier()).ok());
            get(other.read(BASE));
            return hints.size() == before;
        });
    }

    @Test
    void barrierWithoutARootSaysThatThereIsNone() throws Exception {
        ok(Op.delete(BASE, 0), Op.delete(Paths.ROOT, 0));
        assertEquals(Status.NO_NODE, get(session.barrier()).status());
        ok(Op.createEmpty(Paths.ROOT));
        assertTrue(get(session.barrier()).ok());
    }
}
