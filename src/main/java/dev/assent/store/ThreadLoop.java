package dev.assent.store;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop with a daemon thread of its own, and a second one for what is due later. While the loop is idle, whoever delivers
 * something to it runs it at once instead of waking that thread: one task runs at a time, whichever thread it is on. A task
 * that throws is logged and ends only itself. Thread-safe.
 */
public final class ThreadLoop implements Loop, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadLoop.class);
    /** So many tasks run on a thread that only delivered one; the loop's own goes on with the rest. */
    private static final int MOST_FOR_OTHERS = 16;

    private static final long CLOSE_LIMIT_MILLIS = 5_000;

    private final String name;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** The tasks that did not end yet. Whoever makes one of none runs them, or hands them to {@link #thread}. */
    private final AtomicLong unended = new AtomicLong();

    private final Thread thread;
    /** Its thread starts with the first timer. */
    private final ScheduledThreadPoolExecutor timers;

    private volatile Thread runner;
    /** {@link #thread} is to run the tasks. */
    private volatile boolean handedOver;

    private volatile boolean closing;
    private volatile boolean ended;
    /** The tasks that are left are dropped. */
    private volatile boolean abandoned;

    /** Starts the loop.
     *
     * @param name the thread's name, which log lines show */
    public ThreadLoop(String name) {
        this.name = name;
        this.thread = daemon(this::live, name);
        this.timers = new ScheduledThreadPoolExecutor(1, task -> daemon(task, name + "-timers"));
        timers.setRemoveOnCancelPolicy(true);
        thread.start();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Whether the calling thread runs a task of this loop now. */
    public boolean isCurrent() {
        return Thread.currentThread() == runner;
    }

    @Override
    public void execute(Runnable task) {
        if (add(task)) {
            handOver();
        }
    }

    @Override
    public void deliver(Runnable task) {
        if (add(task)) {
            run(MOST_FOR_OTHERS);
        }
    }

    /** Whether the caller has to see to the tasks. */
    private boolean add(Runnable task) {
        if (closing) {
            LOG.debug("{}: closed, task dropped", name);
            return false;
        }
        tasks.add(task);
        return unended.getAndIncrement() == 0;
    }

    private void handOver() {
        handedOver = true;
        LockSupport.unpark(thread);
    }

    private void live() {
        while (!ended || handedOver) {
            if (handedOver) {
                handedOver = false;
                run(Integer.MAX_VALUE);
            } else {
                LockSupport.park(this);
            }
        }
    }

    private void run(int most) {
        long left;
        int done = 0;
        do {
            runner = Thread.currentThread();
            run(tasks.remove());
            // Before the count: the next runner may start with it.
            runner = null;
            left = unended.decrementAndGet();
        } while (left > 0 && ++done < most);
        if (left > 0) {
            handOver();
        }
    }

    private void run(Runnable task) {
        if (abandoned || ended) {
            return;
        }
        try {
            task.run();
        } catch (Throwable e) {
            // It would end the thread; what follows must run, and there, whatever one task did.
            LOG.error("{}: a task failed", name, e);
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

    /** Runs what was handed in before, drops what is scheduled, and ends its threads within five seconds. */
    @Override
    public void close() {
        timers.shutdownNow();
        closing = true;
        tasks.add(this::end);
        if (unended.getAndIncrement() == 0) {
            handOver();
        }
        try {
            thread.join(CLOSE_LIMIT_MILLIS);
            if (thread.isAlive()) {
                LOG.warn("{}: tasks still run after {} ms; interrupting them", name, CLOSE_LIMIT_MILLIS);
                abandoned = true;
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            abandoned = true;
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        ended = true;
        LockSupport.unpark(thread);
    }
}
