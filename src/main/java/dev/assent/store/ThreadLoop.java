package dev.assent.store;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop on one daemon thread; a second one hands over to it what is due. A task that throws is logged and ends only itself.
 * Thread-safe.
 */
public final class ThreadLoop implements Loop, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadLoop.class);

    private final String name;
    private final ThreadPoolExecutor tasks;
    /** Its thread starts with the first timer. */
    private final ScheduledThreadPoolExecutor timers;

    /** Starts the loop.
     *
     * @param name the thread's name, which log lines show */
    public ThreadLoop(String name) {
        this.name = name;
        // Not the executor with timers: it sorts all that is handed to it by time.
        this.tasks = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> daemon(task, name));
        this.timers = new ScheduledThreadPoolExecutor(1, task -> daemon(task, name + "-timers"));
        timers.setRemoveOnCancelPolicy(true);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void execute(Runnable task) {
        try {
            tasks.execute(guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: closed, task dropped", name);
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        AtomicBoolean cancelled = new AtomicBoolean();
        // Asked when its turn comes: it may be taken back while it waits behind other tasks.
        Runnable unlessCancelled = () -> {
            if (!cancelled.get()) {
                task.run();
            }
        };
        if (delay.isZero() || delay.isNegative()) {
            execute(unlessCancelled);
            return () -> cancelled.set(true);
        }
        try {
            Future<?> handingOver =
                    timers.schedule(() -> execute(unlessCancelled), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> {
                cancelled.set(true);
                handingOver.cancel(false);
            };
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: closed, timer dropped", name);
            return () -> {};
        }
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable e) {
                // It would end the thread; what follows must run, and there, whatever one task did.
                LOG.error("{}: a task failed", name, e);
            }
        };
    }

    /** Runs what was handed in before, drops what is scheduled, and ends its threads within five seconds. */
    @Override
    public void close() {
        timers.shutdownNow();
        tasks.shutdown();
        try {
            if (!tasks.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("{}: tasks still run after 5 s; interrupting them", name);
                tasks.shutdownNow();
            }
        } catch (InterruptedException e) {
            tasks.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
