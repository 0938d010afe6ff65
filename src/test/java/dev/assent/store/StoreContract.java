package dev.assent.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import dev.assent.store.WriteResult.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What every role relies on, the same suite for every store: the tree ({@link TreeContract}), and here sessions, lost answers
 * and leadership.
 */
public abstract class StoreContract extends TreeContract {
    @Test
    void ephemeralGoesWithItsStoreAndHasNoChildren() throws Exception {
        Watched second = open();
        Session other = second.await(1);
        assertTrue(get(other.write(List.of(Op.createEphemeral(BASE + "/e", bytes("x")))))
                .ok());
        assertTrue(node(other, BASE + "/e").ephemeral());
        WriteResult below = get(other.write(List.of(Op.createEmpty(BASE + "/e/child"))));
        assertTrue(below.certainlyNotDone(), below.toString());
        second.client.close();
        Await.until(
                "the ephemeral node is gone",
                () -> get(session.read(BASE + "/e")).isEmpty());
    }

    @Test
    void ephemeralGoesWithItsSession() throws Exception {
        ok(Op.createEphemeral(BASE + "/e", bytes("x")));
        first.client.endSession();
        Session next = first.await(2);
        assertNotSame(session, next);
        Await.until(
                "the ephemeral node is gone", () -> get(next.read(BASE + "/e")).isEmpty());
    }

    @Test
    void readsNeverGoBackwardsOverAReconnect() throws Exception {
        ok(Op.createEmpty(BASE + "/a"));
        Watched second = open();
        Session other = second.await(1);
        assertTrue(get(other.barrier()).ok());
        for (int i = 0; i < 3; i++) {
            ok(Op.set(BASE + "/a", bytes("" + i), i));
            int expected = i + 1;
            Await.until(
                    "the other session sees " + expected,
                    () -> node(other, BASE + "/a").version() == expected);
            second.client.cutConnection();
            Await.until("suspended", () -> second.suspensions.get() >= expected);
            second.client.heal();
            assertSame(other, second.await(i + 2));
            assertEquals(expected, node(other, BASE + "/a").version());
        }
    }

    @Test
    void treeWatchSurvivesAReconnect() throws Exception {
        ConcurrentLinkedQueue<String> hints = new ConcurrentLinkedQueue<>();
        Watched second = open();
        Session other = second.await(1);
        get(other.watchTree(BASE, (path, change) -> hints.add(path)));
        second.client.cutConnection();
        Await.until("suspended", () -> second.suspensions.get() == 1);
        second.client.heal();
        assertSame(other, second.await(2));
        AtomicInteger tries = new AtomicInteger();
        Await.until("told again", () -> {
            ok(Op.createEmpty(BASE + "/n" + tries.incrementAndGet()));
            get(other.barrier());
            get(other.read(BASE));
            return hints.stream().anyMatch(path -> path.startsWith(BASE + "/n"));
        });
    }

    @Test
    void lostReplyOfAnAppliedWrite() throws Exception {
        first.client.loseNextReply(true);
        WriteResult lost = get(session.write(List.of(Op.create(BASE + "/a", bytes("x")))));
        assertEquals(Status.LOST, lost.status());
        assertFalse(lost.certainlyNotDone());
        Session next = first.await(2);
        assertTrue(get(next.barrier()).ok());
        assertArrayEquals(bytes("x"), node(next, BASE + "/a").data());
    }

    @Test
    void lostRequestIsNeverRepeated() throws Exception {
        first.client.loseNextReply(false);
        WriteResult lost = get(session.write(List.of(Op.create(BASE + "/a", bytes("x")))));
        assertEquals(Status.LOST, lost.status());
        Session next = first.await(2);
        assertTrue(get(next.barrier()).ok());
        assertEquals(Optional.empty(), get(next.read(BASE + "/a")));
        assertTrue(get(next.write(List.of(Op.create(BASE + "/a", bytes("y"))))).ok());
        assertArrayEquals(bytes("y"), node(next, BASE + "/a").data());
    }

    @Test
    void lostWriteMayHappenLate() throws Exception {
        Assumptions.assumeTrue(first.client.holdNextWrite(), "this store's network cannot hold a write back");
        WriteResult lost = get(session.write(List.of(Op.create(BASE + "/late", bytes("x")))));
        assertEquals(Status.LOST, lost.status());
        Session next = first.await(2);
        assertTrue(get(next.barrier()).ok());
        assertEquals(Optional.empty(), get(next.read(BASE + "/late")));
        assertTrue(get(next.write(List.of(Op.createEmpty(BASE + "/step")))).ok());
        first.client.releaseHeldWrite();
        Await.until("the late write happens", () -> {
            assertTrue(get(next.barrier()).ok());
            return get(next.read(BASE + "/late")).isPresent();
        });
    }

    @Test
    void lateWriteOfAnEndedSessionNeverHappens() throws Exception {
        Assumptions.assumeTrue(first.client.holdNextWrite(), "this store's network cannot hold a write back");
        assertEquals(
                Status.LOST,
                get(session.write(List.of(Op.createEmpty(BASE + "/late")))).status());
        first.await(2);
        first.client.endSession();
        Session next = first.await(3);
        first.client.releaseHeldWrite();
        assertTrue(get(next.barrier()).ok());
        assertEquals(Optional.empty(), get(next.read(BASE + "/late")));
    }

    @Test
    void everythingAskedWhileDisconnectedFails() throws Exception {
        first.client.cutConnection();
        Await.until("suspended", () -> first.suspensions.get() == 1);
        assertEquals(StoreException.Kind.DISCONNECTED, failure(session.read(BASE)));
        assertEquals(StoreException.Kind.DISCONNECTED, failure(session.children(BASE)));
        assertEquals(
                Status.LOST,
                get(session.write(List.of(Op.createEmpty(BASE + "/a")))).status());
        assertEquals(Status.LOST, get(session.barrier()).status());
        first.client.heal();
        assertSame(session, first.await(2));
        assertFalse(session.ended());
        assertTrue(get(session.barrier()).ok());
        assertEquals(Optional.empty(), get(session.read(BASE + "/a")));
        assertEquals(List.of("connected", "suspended", "connected"), List.copyOf(first.events));
    }

    @Test
    void ephemeralSurvivesAReconnect() throws Exception {
        ok(Op.createEphemeral(BASE + "/e", bytes("x")));
        first.client.cutConnection();
        Await.until("suspended", () -> first.suspensions.get() == 1);
        first.client.heal();
        assertSame(session, first.await(2));
        assertTrue(get(session.barrier()).ok());
        assertTrue(node(session, BASE + "/e").ephemeral());
    }

    @Test
    void endedSessionAnswersNothingAnyMore() throws Exception {
        first.client.endSession();
        Session next = first.await(2);
        assertNotSame(session, next);
        assertTrue(session.ended());
        assertFalse(next.ended());
        assertEquals(StoreException.Kind.SESSION_ENDED, failure(session.read(BASE)));
        assertEquals(
                Status.LOST,
                get(session.write(List.of(Op.createEmpty(BASE + "/a")))).status());
        assertEquals(Status.LOST, get(session.barrier()).status());
        assertEquals(List.of("connected", "suspended", "connected"), List.copyOf(first.events));
        assertTrue(get(next.write(List.of(Op.createEmpty(BASE + "/a")))).ok());
    }

    @Test
    void lateListenerIsToldOfTheSession() throws Exception {
        Watched again = new Watched(first.client);
        assertSame(session, again.await(1));
    }

    @Test
    void everythingArrivesOnTheLoop() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger beside = new AtomicInteger();
        Runnable note = () -> {
            int others = inside.getAndIncrement();
            for (int i = 0; i < 1_000; i++) {
                Thread.onSpinWait();
            }
            beside.addAndGet(others);
            inside.getAndDecrement();
        };
        CompletableFuture<Void> hint = new CompletableFuture<>();
        CompletableFuture<List<CompletableFuture<Void>>> answers = new CompletableFuture<>();
        first.client.store().loop().execute(() -> {
            List<CompletableFuture<Void>> noted = List.of(
                    session.read(BASE).thenRun(note),
                    session.read(BASE + "/none").thenRun(note),
                    session.barrier().thenRun(note),
                    session.write(List.of(Op.check(BASE, 99))).thenRun(note),
                    session.write(List.of(Op.create(BASE + "/big", new byte[2_000_000])))
                            .thenRun(note),
                    session.readAndWatch(BASE + "/a", () -> {
                                note.run();
                                hint.complete(null);
                            })
                            .thenRun(note));
            answers.complete(noted);
        });
        for (CompletableFuture<Void> answer : get(answers)) {
            while (!answer.isDone()) {
                readOnLoop(note);
            }
            get(answer);
        }
        ok(Op.createEmpty(BASE + "/a"));
        while (!hint.isDone()) {
            readOnLoop(note);
        }
        CompletableFuture<Void> settled = new CompletableFuture<>();
        first.client.store().loop().execute(() -> settled.complete(null));
        get(settled);
        assertEquals(0, beside.get(), "one task runs at a time");
    }

    /** On the loop, where no answer comes before {@code then} is attached. */
    private void readOnLoop(Runnable then) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        first.client.store().loop().execute(() -> {
            then.run();
            var unused = session.read(BASE).thenRun(then).thenRun(() -> done.complete(null));
        });
        get(done);
    }

    /** What a candidate was told. */
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

    private static Told told(Store store, String id, List<Leadership> campaigns) {
        Told told = new Told();
        campaigns.add(store.campaign(id, told));
        return told;
    }

    @Test
    void nextCandidateFollows() throws Exception {
        List<Leadership> campaigns = new ArrayList<>();
        Told one = told(first.client.store(), "one", campaigns);
        Await.until("the first candidate leads", () -> one.elected.get() == 1);
        Watched second = open();
        second.await(1);
        Told two = told(second.client.store(), "two", campaigns);
        campaigns.get(0).close();
        campaigns.get(0).close();
        Await.until("the second candidate leads", () -> two.elected.get() == 1);
        Await.until("the first was told", () -> one.deposed.get() == 1);
        assertEquals(0, two.deposed.get());
    }

    @Test
    void resigningPutsACandidateBehindTheOthers() throws Exception {
        List<Leadership> campaigns = new ArrayList<>();
        Told one = told(first.client.store(), "one", campaigns);
        Await.until("the first candidate leads", () -> one.elected.get() == 1);
        campaigns.get(0).resign();
        Await.until("the only candidate leads again", () -> one.elected.get() == 2);
        assertEquals(1, one.deposed.get());
        Watched second = open();
        second.await(1);
        Told two = told(second.client.store(), "two", campaigns);
        Await.until("the second candidate leads at last", () -> {
            if (two.elected.get() == 0 && one.elected.get() > one.deposed.get()) {
                campaigns.get(0).resign();
            }
            return two.elected.get() == 1;
        });
        campaigns.get(1).close();
        Await.until("the first leads again", () -> one.elected.get() == one.deposed.get() + 1);
    }

    @Test
    void leaderIsDeposedWhenItsConnectionBreaks() throws Exception {
        List<Leadership> campaigns = new ArrayList<>();
        Told one = told(first.client.store(), "one", campaigns);
        Await.until("the candidate leads", () -> one.elected.get() == 1);
        first.client.cutConnection();
        Await.until("deposed", () -> one.deposed.get() == 1);
        first.client.heal();
        Await.until("leads again", () -> one.elected.get() == 2);
        first.client.endSession();
        Await.until("deposed again", () -> one.deposed.get() == 2);
        Await.until("leads with the new session", () -> one.elected.get() == 3);
    }

    @Test
    void closedStoreAnswersAndIsSilent() throws Exception {
        int before = first.events.size();
        first.client.store().close();
        first.client.store().close();
        CompletableFuture<WriteResult> write = session.write(List.of(Op.createEmpty(BASE + "/a")));
        CompletableFuture<Optional<Node>> read = session.read(BASE);
        assertEquals(Status.LOST, get(write).status());
        assertEquals(StoreException.Kind.SESSION_ENDED, failure(read));
        assertTrue(session.ended());
        assertEquals(before, first.events.stream().filter("connected"::equals).count());
    }
}
