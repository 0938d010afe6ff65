package dev.assent.store;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The one thread that roles live on, with its clock: tasks run one after the other, in the order given. A simulation
 * supplies its own. {@link #execute} and {@link #schedule} may be called from any thread.
 */
public interface Loop extends Executor {
    /**
     * As {@link #execute}, from a thread that has nothing else to do until {@code task} ran: it may run there, with others
     * before and after it, where nothing runs on the loop now.
     */
    default void deliver(Runnable task) {
        execute(task);
    }

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
