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
    private static final Duration PATIENCE = Duration.ofMillis(10);

    private record Sent(List<Op> operations, Consumer<WriteResult> then) {}

    /** Tasks and timers run when told to. */
    private static final class HandLoop implements Loop {
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private final Map<Runnable, Duration> timers = new LinkedHashMap<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public long nanoTime() {
            return 0;
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
        for (int i = 0; i < 250; i++) {
            submit("small" + i, Op.createEmpty("/small" + i));
        }
        carryOut();
        List<Integer> sizes = new ArrayList<>();
        while (!sent.isEmpty()) {
            sizes.add(carryOut());
        }
        assertEquals(List.of(1, 1, 100, 100, 51), sizes);
    }

    @Test
    void whatNobodyWaitsForGoesAlongOrWhenItsPatienceEnds() {
        group.submitLazily(List.of(Op.createEmpty("/lazy")), told("lazy"));
        loop.run();
        assertTrue(sent.isEmpty());
        assertEquals(List.of(PATIENCE), List.copyOf(loop.timers.values()));
        submit("a", Op.createEmpty("/a"));
        assertEquals(2, carryOut());
        assertTrue(loop.timers.isEmpty(), "nothing is left to wait for");
        group.submitLazily(List.of(Op.createEmpty("/later")), told("later"));
        loop.timersFire();
        carryOutAll();
        assertEquals(List.of("a OK -1", "lazy OK -1", "later OK -1"), answers);
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
                String name = i + Arrays.toString(write);
                expected.add(name
                        + alone.apply(List.of(write), 1, 0, new ArrayList<>()).status());
                tested.submit(List.of(write), result -> got.add(name + result.status()));
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
        String path = "/" + (char) ('a' + random.nextInt(3));
        int version = random.nextInt(2);
        return switch (kind) {
            case 0 -> Op.createEmpty(path);
            case 1 -> Op.set(path, new byte[1], version);
            case 2 -> Op.delete(path, version);
            default -> Op.check(path, version);
        };
    }
}
