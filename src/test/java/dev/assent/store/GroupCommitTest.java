package dev.assent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.store.WriteResult.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Group commit on a tree with ZooKeeper's rules: whatever is sent together is answered as if it had gone alone. */
class GroupCommitTest {
    private static final Duration PATIENCE = Duration.ofMillis(50);
    private static final int MOST_WRITES = 256;

    private record Sent(List<Op> operations, Consumer<WriteResult> then) {}

    /** Tasks and timers run when told to. */
    private static final class HandLoop implements Loop {
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private final Map<Runnable, Duration> timers = new LinkedHashMap<>();
        private Duration now = Duration.ZERO;

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public long nanoTime() {
            return now.toNanos();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            timers.put(task, delay);
            return () -> timers.remove(task);
        }

        void run() {
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
        }

        void timersFire() {
            List<Runnable> due = List.copyOf(timers.keySet());
            timers.clear();
            due.forEach(Runnable::run);
            run();
        }
    }

    private final HandLoop loop = new HandLoop();
    private final Deque<Sent> sent = new ArrayDeque<>();
    private final InMemoryTree tree = planted();
    private final GroupCommit group =
            new GroupCommit(loop, PATIENCE, (operations, then) -> sent.add(new Sent(operations, then)));
    private final List<String> answers = new ArrayList<>();

    private static InMemoryTree planted() {
        InMemoryTree tree = new InMemoryTree();
        assertTrue(tree.apply(List.of(Op.createEmpty(Paths.ROOT)), 1, 0, new ArrayList<>())
                .ok());
        return tree;
    }

    private void submit(String name, Op... operations) {
        group.submit(List.of(operations), told(name));
        loop.run();
    }

    private void submitLazily(String name) {
        group.submitLazily(List.of(Op.createEmpty("/" + name)), told(name));
        loop.run();
    }

    private Consumer<WriteResult> told(String name) {
        return result -> answers.add(name + " " + result.status() + " " + result.failedOperation());
    }

    /** Answers the multi that is on its way, as the tree does. */
    private int carryOut() {
        Sent multi = sent.remove();
        multi.then().accept(tree.apply(multi.operations(), 1, 0, new ArrayList<>()));
        loop.run();
        return multi.operations().size();
    }

    private void carryOutAll() {
        while (!sent.isEmpty()) {
            carryOut();
        }
    }

    private void firstOneIsOnItsWay() {
        submit("first", Op.createEmpty("/first"));
        assertEquals(1, sent.size());
    }

    @Test
    void whatIsSubmittedAloneGoesAtOnce() {
        submit("a", Op.createEmpty("/a"));
        assertEquals(1, sent.size());
        carryOut();
        assertEquals(List.of("a OK -1"), answers);
    }

    @Test
    void whatWaitsGoesTogetherInItsOrder() {
        firstOneIsOnItsWay();
        submit("a", Op.createEmpty("/a"));
        submit("b", Op.createEmpty("/a/b"), Op.set("/a", new byte[1], 0));
        submit("c", Op.set("/a", new byte[2], 1));
        assertEquals(1, sent.size());
        carryOut();
        assertEquals(4, carryOut());
        assertEquals(List.of("first OK -1", "a OK -1", "b OK -1", "c OK -1"), answers);
        assertEquals(2, tree.version("/a"));
    }

    @Test
    void oneThatFailsSpoilsNoOther() {
        firstOneIsOnItsWay();
        submit("a", Op.createEmpty("/a"));
        submit("bad", Op.createEmpty("/x"), Op.set("/nowhere", new byte[1], 0));
        submit("c", Op.createEmpty("/c"));
        carryOut();
        assertEquals(4, carryOut());
        assertEquals(2, carryOut(), "the others go together");
        assertEquals(List.of("first OK -1", "bad NO_NODE 1", "a OK -1", "c OK -1"), answers);
        assertFalse(tree.exists("/x"));
    }

    @Test
    void oneThatFailsBecauseOfAnotherIsAnsweredAfterIt() {
        firstOneIsOnItsWay();
        submit("a", Op.createEmpty("/same"));
        submit("b", Op.createEmpty("/same"));
        carryOut();
        carryOut();
        assertEquals(List.of("first OK -1"), answers, "neither is answered before the other one happened");
        carryOutAll();
        assertEquals(List.of("first OK -1", "a OK -1", "b NODE_EXISTS 0"), answers);
    }

    @Test
    void oneThatFailsBecauseOfAChildThatAnotherCreatesIsAnsweredAfterIt() {
        tree.apply(List.of(Op.createEmpty("/p")), 1, 0, new ArrayList<>());
        firstOneIsOnItsWay();
        submit("a", Op.createEmpty("/p/child"));
        submit("b", Op.delete("/p", Op.ANY_VERSION));
        carryOut();
        carryOut();
        assertEquals(List.of("first OK -1"), answers, "neither is answered before the other one happened");
        carryOutAll();
        assertEquals(List.of("first OK -1", "a OK -1", "b NOT_EMPTY 0"), answers);
    }

    @Test
    void oneThatFailsBecauseAnotherDeletesItsParentIsAnsweredAfterIt() {
        tree.apply(List.of(Op.createEmpty("/p")), 1, 0, new ArrayList<>());
        firstOneIsOnItsWay();
        submit("a", Op.delete("/p", Op.ANY_VERSION));
        submit("b", Op.createEmpty("/p/child"));
        carryOut();
        carryOut();
        assertEquals(List.of("first OK -1"), answers, "neither is answered before the other one happened");
        carryOutAll();
        assertEquals(List.of("first OK -1", "a OK -1", "b NO_NODE 0"), answers);
    }

    @Test
    void aCheckThatManyNeedIsSentOnceAndFailsForEach() {
        tree.apply(List.of(Op.createEmpty("/g")), 1, 0, new ArrayList<>());
        firstOneIsOnItsWay();
        submit("a", Op.check("/g", 0), Op.createEmpty("/a"));
        submit("b", Op.check("/g", 0), Op.createEmpty("/b"));
        carryOut();
        assertEquals(3, carryOut());
        tree.apply(List.of(Op.set("/g", new byte[1], 0)), 1, 0, new ArrayList<>());
        submit("x", Op.createEmpty("/x"));
        submit("c", Op.check("/g", 0), Op.createEmpty("/c"));
        submit("d", Op.createEmpty("/d"), Op.check("/g", 0));
        submit("e", Op.createEmpty("/e"));
        carryOutAll();
        assertEquals(
                List.of("a OK -1", "b OK -1", "x OK -1", "c BAD_VERSION 0", "d BAD_VERSION 1", "e OK -1"),
                answers.subList(1, answers.size()));
        assertFalse(tree.exists("/c") || tree.exists("/d"));
    }

    @Test
    void aCheckBehindAChangeInTheSameMultiIsItsOwn() {
        tree.apply(List.of(Op.createEmpty("/g")), 1, 0, new ArrayList<>());
        firstOneIsOnItsWay();
        submit("a", Op.check("/g", 0), Op.createEmpty("/a"));
        submit("seal", Op.set("/g", new byte[1], 0));
        submit("b", Op.check("/g", 0), Op.createEmpty("/b"));
        carryOutAll();
        assertEquals(List.of("a OK -1", "seal OK -1", "b BAD_VERSION 0"), answers.subList(1, answers.size()));
    }

    @Test
    void aLostAnswerIsLostForEachAndNothingIsRepeated() {
        firstOneIsOnItsWay();
        submit("a", Op.createEmpty("/a"));
        submit("b", Op.createEmpty("/b"));
        carryOut();
        sent.remove().then().accept(WriteResult.lost("cut"));
        loop.run();
        assertEquals(List.of("a LOST -1", "b LOST -1"), answers.subList(1, answers.size()));
        assertTrue(sent.isEmpty());
    }

    @Test
    void whatIsTooLargeTogetherGoesInParts() {
        firstOneIsOnItsWay();
        for (String name : List.of("a", "b", "c")) {
            submit(name, Op.createEmpty("/" + name));
        }
        carryOut();
        while (!sent.isEmpty()) {
            if (sent.peek().operations().size() > 1
                    || sent.peek().operations().get(0).path().equals("/b")) {
                sent.remove().then().accept(WriteResult.failed(Status.TOO_LARGE, -1, "too large"));
                loop.run();
            } else {
                carryOut();
            }
        }
        assertEquals(List.of("a OK -1", "b TOO_LARGE -1", "c OK -1"), answers.subList(1, answers.size()));
    }

    @Test
    void aMultiIsBoundedInBytesAndWrites() {
        firstOneIsOnItsWay();
        for (int i = 0; i < 3; i++) {
            submit("big" + i, Op.create("/big" + i, new byte[250_000]));
        }
        for (int i = 0; i < 600; i++) {
            submit("small" + i, Op.createEmpty("/small" + i));
        }
        carryOut();
        List<Integer> sizes = new ArrayList<>();
        while (!sent.isEmpty()) {
            sizes.add(carryOut());
        }
        assertEquals(List.of(1, 1, MOST_WRITES, MOST_WRITES, 89), sizes);
    }

    @Test
    void whatNobodyWaitsForStaysBackUntilItsPatienceEnds() {
        submitLazily("lazy");
        assertTrue(sent.isEmpty());
        assertEquals(List.of(PATIENCE), List.copyOf(loop.timers.values()));
        submit("a", Op.createEmpty("/a"));
        submit("b", Op.createEmpty("/b"));
        submitLazily("lazier");
        assertEquals(1, carryOut());
        assertEquals(1, carryOut(), "it does not go along early");
        assertTrue(sent.isEmpty());
        assertEquals(1, loop.timers.size(), "the oldest one's patience counts");
        loop.timersFire();
        assertEquals(2, carryOut(), "they go by themselves where nothing else waits");
        assertEquals(List.of("a OK -1", "b OK -1", "lazy OK -1", "lazier OK -1"), answers);
        assertTrue(loop.timers.isEmpty(), "nothing is left to wait for");
        submitLazily("later");
        assertEquals(List.of(PATIENCE), List.copyOf(loop.timers.values()), "its patience is its own");
    }

    @Test
    void whatNobodyWaitsForGoesWithTheNextMultiOnceItsPatienceEnds() {
        submitLazily("lazy");
        submitLazily("lazier");
        firstOneIsOnItsWay();
        submit("a", Op.createEmpty("/a"));
        loop.timersFire();
        submit("b", Op.createEmpty("/b"));
        assertEquals(1, carryOut());
        assertEquals(4, carryOut());
        assertEquals(List.of("first OK -1", "a OK -1", "lazy OK -1", "lazier OK -1", "b OK -1"), answers);
    }

    @Test
    void asManyAsOneMultiTakesWaitNoLonger() {
        for (int i = 1; i < MOST_WRITES; i++) {
            submitLazily("lazy" + i);
        }
        assertTrue(sent.isEmpty());
        submitLazily("last");
        assertTrue(loop.timers.isEmpty(), "nothing is left to wait for");
        assertEquals(MOST_WRITES, carryOut());
        assertTrue(sent.isEmpty());
        assertEquals(MOST_WRITES, answers.size());
    }

    @Test
    void nothingGoesBeforeLazyWritesWhosePatienceEnded() {
        submitLazily("lazy");
        firstOneIsOnItsWay();
        int eager = 0;
        for (int i = 0; i < MOST_WRITES; i++) {
            submit("early", Op.createEmpty("/eager" + eager++));
        }
        loop.timersFire();
        for (int multi = 0; multi < 3; multi++) {
            // There is always more than one multi takes.
            for (int i = 0; i < MOST_WRITES; i++) {
                submit("late", Op.createEmpty("/eager" + eager++));
            }
            carryOut();
        }
        assertEquals(1 + MOST_WRITES, answers.indexOf("lazy OK -1"), "behind what waited before it, and nothing else");
    }

    /** Sends so many in one multi, and answers it after {@code took}. */
    private void aMultiOf(int writes, Duration took) {
        firstOneIsOnItsWay();
        for (int i = 0; i < writes; i++) {
            submit("of-" + i, Op.createEmpty("/of-" + i));
        }
        carryOut();
        loop.now = loop.now.plus(took);
        carryOut();
    }

    @Test
    void afterAMultiOfManyTheNextOneRestsAsLongAsThatTook() {
        aMultiOf(16, Duration.ofMillis(9));
        submit("late", Op.createEmpty("/late"));
        assertEquals(0, sent.size());
        assertEquals(List.of(Duration.ofMillis(9)), List.copyOf(loop.timers.values()));
        loop.timersFire();
        assertEquals(1, sent.size());
        carryOut();
        submit("alone", Op.createEmpty("/alone"));
        assertEquals(1, sent.size());
    }

    /** The rest is over before anything comes: what comes first is followed by others, and waits a moment for them. */
    @Test
    void theFirstOfABurstUnderLoadWaitsForTheOthers() {
        aMultiOf(16, Duration.ofMillis(9));
        loop.timersFire();
        submit("one", Op.createEmpty("/one"));
        submit("two", Op.createEmpty("/two"));
        assertEquals(0, sent.size());
        assertEquals(List.of(Duration.ofMillis(2)), List.copyOf(loop.timers.values()));
        loop.timersFire();
        assertEquals(2, carryOut());
        // Two are no load any more.
        submit("alone", Op.createEmpty("/alone"));
        assertEquals(1, sent.size());
    }

    @Test
    void aRestIsBounded() {
        aMultiOf(16, Duration.ofSeconds(3));
        assertEquals(List.of(Duration.ofMillis(15)), List.copyOf(loop.timers.values()));
    }

    @Test
    void enoughOfThemDoNotRest() {
        aMultiOf(16, Duration.ofMillis(9));
        for (int i = 1; i < 128; i++) {
            submit("more-" + i, Op.createEmpty("/more-" + i));
            assertEquals(0, sent.size());
        }
        submit("more", Op.createEmpty("/more"));
        assertEquals(1, sent.size());
        // Its rest is over with it.
        assertEquals(Map.of(), loop.timers);
    }

    @Test
    void fewDoNotRest() {
        aMultiOf(15, Duration.ofMillis(9));
        submit("late", Op.createEmpty("/late"));
        assertEquals(1, sent.size());
    }

    @Test
    void whatNobodyWaitsForMakesNobodyRest() {
        firstOneIsOnItsWay();
        for (int i = 0; i < 30; i++) {
            submitLazily("lazy-" + i);
        }
        loop.timersFire();
        carryOut();
        assertEquals(1, sent.size());
        loop.now = Duration.ofMillis(9);
        carryOut();
        submit("late", Op.createEmpty("/late"));
        assertEquals(1, sent.size());
    }

    @Test
    void whoeverFailsWhenToldHarmsNoOther() {
        firstOneIsOnItsWay();
        group.submit(List.of(Op.createEmpty("/a")), result -> {
            throw new IllegalStateException("a defect");
        });
        submit("b", Op.createEmpty("/b"));
        carryOut();
        assertEquals(
                "a defect",
                assertThrows(IllegalStateException.class, this::carryOut).getMessage());
        submit("c", Op.createEmpty("/c"));
        carryOut();
        assertEquals(List.of("first OK -1", "b OK -1", "c OK -1"), answers);
    }

    /** Against the same writes, each in a multi of its own, over many random mixtures. */
    @Test
    void answersAreThoseOfMultisOfTheirOwn() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            InMemoryTree together = planted();
            InMemoryTree alone = planted();
            List<String> got = new ArrayList<>();
            List<String> expected = new ArrayList<>();
            HandLoop hand = new HandLoop();
            Deque<Sent> way = new ArrayDeque<>();
            GroupCommit tested = new GroupCommit(hand, PATIENCE, (ops, then) -> way.add(new Sent(ops, then)));
            for (int i = 0; i < 12; i++) {
                Op[] write = random.ints(1 + random.nextInt(3), 0, 5)
                        .mapToObj(kind -> anyOp(random, kind))
                        .toArray(Op[]::new);
                String name = i + Arrays.toString(write) + ' ';
                WriteResult own = alone.apply(List.of(write), 1, 0, new ArrayList<>());
                expected.add(name + own.status() + own.failedOperation());
                tested.submit(List.of(write), result -> got.add(name + result.status() + result.failedOperation()));
                if (random.nextInt(4) == 0) {
                    hand.run();
                }
            }
            hand.run();
            while (!way.isEmpty()) {
                Sent multi = way.remove();
                multi.then().accept(together.apply(multi.operations(), 1, 0, new ArrayList<>()));
                hand.run();
            }
            got.sort(null);
            expected.sort(null);
            assertEquals(expected, got, "seed " + seed);
        }
    }

    private static Op anyOp(Random random, int kind) {
        String parent = "/" + (char) ('a' + random.nextInt(3));
        String path = random.nextBoolean() ? parent : parent + "/child";
        int version = random.nextInt(2);
        return switch (kind) {
            case 0 -> Op.createEmpty(path);
            case 1 -> Op.set(path, new byte[1], version);
            case 2 -> Op.delete(path, version);
            default -> Op.check(path, version);
        };
    }
}
