package dev.assent;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits in tests for a condition instead of for a time. */
public final class Await {
    private static final long POLL_NANOS = Duration.ofMillis(5).toNanos();

    private Await() {}

    /** Returns once the condition holds, or fails naming {@code what} after {@code limit}. */
    public static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting for: " + what);
            }
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** As {@link #until(String, Duration, Callable)} with a limit generous enough for a loaded machine, 30 s. */
    public static void until(String what, Callable<Boolean> condition) throws Exception {
        until(what, Duration.ofSeconds(30), condition);
    }
}
