package dev.assent.store;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The one thread that roles live on, with its clock: tasks run one after the other, in the order given. A simulation
 * supplies its own. {@link #execute} and {@link #schedule} may be called from any thread.
 */
public interface Loop extends Executor {
    /** This loop's clock in nanoseconds, to be compared with itself alone (rule 8). */
    long nanoTime();

    /** Runs {@code task} once, after {@code delay} at the earliest. */
    Timer schedule(Duration delay, Runnable task);

    /** A task that can be taken back. */
    interface Timer {
        /** The task will not start any more, if it has not yet. */
        void cancel();
    }
}
