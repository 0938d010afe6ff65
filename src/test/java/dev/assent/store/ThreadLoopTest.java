package dev.assent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadLoopTest {
    private final ThreadLoop loop = new ThreadLoop("loop-under-test");

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    /** Waits for all that was handed in before. */
    private Thread settled() {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        loop.execute(() -> thread.complete(Thread.currentThread()));
        return thread.join();
    }

    @Test
    void tasksRunInTheirOrder() {
        List<Integer> expected = new ArrayList<>();
        List<Integer> ran = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            expected.add(number);
            loop.execute(() -> ran.add(number));
        }
        settled();
        assertEquals(expected, ran);
    }

    @Test
    void whoeverDeliversToAnIdleLoopRunsTheTask() throws Exception {
        settled();
        Await.until("the loop is idle", () -> {
            CompletableFuture<Thread> tried = new CompletableFuture<>();
            loop.deliver(() -> {
                assertTrue(loop.isCurrent());
                tried.complete(Thread.currentThread());
            });
            return tried.join() == Thread.currentThread();
        });
        assertFalse(loop.isCurrent());
        assertEquals("loop-under-test", settled().getName());
    }

    @Test
    void whatIsDeliveredToABusyLoopRunsInItsTurn() {
        CompletableFuture<Void> hold = new CompletableFuture<>();
        List<String> ran = new ArrayList<>();
        loop.execute(() -> {
            hold.join();
            // From inside too: one task ends before the next one begins.
            loop.deliver(() -> ran.add("inner"));
            ran.add("outer");
        });
        loop.deliver(() -> ran.add("delivered"));
        assertEquals(List.of(), ran, "it is not waited for");
        hold.complete(null);
        settled();
        settled();
        assertEquals(List.of("outer", "delivered", "inner"), ran);
    }

    /** Two threads deliver as fast as they can: no task is lost, none runs beside another, none waits for ever. */
    @Test
    void deliveriesFromSeveralThreadsAreOneSequence() throws Exception {
        int each = 50_000;
        int[] count = {0};
        Thread[] deliverers = new Thread[2];
        for (int i = 0; i < deliverers.length; i++) {
            deliverers[i] = new Thread(() -> {
                for (int n = 0; n < each; n++) {
                    loop.deliver(() -> count[0]++);
                }
            });
            deliverers[i].start();
        }
        for (Thread deliverer : deliverers) {
            deliverer.join();
        }
        settled();
        assertEquals(deliverers.length * each, count[0]);
    }

    @Test
    void whatATaskThrowsEndsNeitherTheThreadNorAnotherTask() {
        Thread before = settled();
        loop.execute(() -> {
            throw new IllegalStateException("expected by the test");
        });
        loop.execute(() -> ThreadLoopTest.<RuntimeException>raise(new Exception("checked, expected by the test")));
        loop.schedule(Duration.ZERO, () -> {
            throw new AssertionError("expected by the test");
        });
        assertSame(before, settled());
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void raise(Throwable any) throws T {
        throw (T) any;
    }

    @Test
    void timersRunOnTheLoopAndNotEarly() {
        Thread thread = settled();
        assertTrue(thread.isDaemon());
        assertEquals("loop-under-test", thread.getName());
        long start = loop.nanoTime();
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        CompletableFuture<Long> at = new CompletableFuture<>();
        loop.schedule(Duration.ofMillis(20), () -> {
            at.complete(loop.nanoTime());
            ran.complete(Thread.currentThread());
        });
        assertSame(thread, ran.join());
        assertTrue(at.join() - start >= Duration.ofMillis(20).toNanos());
    }

    @Test
    void aTimerThatIsDueAndTakenBackBeforeItsTurnDoesNotRun() {
        AtomicBoolean ran = new AtomicBoolean();
        CompletableFuture<Void> taken = new CompletableFuture<>();
        loop.execute(() -> {
            Loop.Timer due = loop.schedule(Duration.ZERO, () -> ran.set(true));
            due.cancel();
            taken.complete(null);
        });
        taken.join();
        settled();
        assertFalse(ran.get());
    }

    /** Each time the loop is busy while the timer becomes due, so that it waits for its turn when it is taken back. */
    @Test
    void aTimerThatBecameDueBehindABusyLoopAndIsTakenBackDoesNotRun() {
        AtomicBoolean ran = new AtomicBoolean();
        for (int i = 0; i < 20; i++) {
            loop.execute(() -> {
                Loop.Timer late = loop.schedule(Duration.ofNanos(1), () -> ran.set(true));
                long busyUntil = loop.nanoTime() + Duration.ofMillis(2).toNanos();
                while (loop.nanoTime() - busyUntil < 0) {
                    Thread.onSpinWait();
                }
                late.cancel();
            });
        }
        settled();
        // What became due came in behind that.
        settled();
        assertFalse(ran.get());
    }

    @Test
    void closingRunsWhatWasHandedInAndDropsWhatIsScheduled() throws Exception {
        Thread thread = settled();
        CompletableFuture<Void> hold = new CompletableFuture<>();
        List<String> ran = new ArrayList<>();
        loop.schedule(Duration.ofHours(1), () -> ran.add("scheduled"));
        loop.execute(() -> {
            hold.join();
            ran.add("busy");
            loop.execute(() -> ran.add("too late"));
            loop.schedule(Duration.ZERO, () -> ran.add("too late"));
            loop.schedule(Duration.ofNanos(1), () -> ran.add("too late"));
        });
        loop.execute(() -> ran.add("handed in"));
        Thread closer = new Thread(loop::close);
        closer.start();
        Await.until("closing waits for the loop", () -> closer.getState() == Thread.State.TIMED_WAITING);
        hold.complete(null);
        closer.join();
        thread.join();
        Await.until(
                "no thread is left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(any -> any.getName().startsWith("loop-under-test")));
        assertEquals(List.of("busy", "handed in"), ran);
        loop.execute(() -> ran.add("too late"));
        loop.schedule(Duration.ofNanos(1), () -> ran.add("too late")).cancel();
        assertEquals(List.of("busy", "handed in"), ran);
    }
}
