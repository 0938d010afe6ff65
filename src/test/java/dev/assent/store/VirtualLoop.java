package dev.assent.store;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** A loop whose time is turned by hand: hours pass at once, and every run of a test is the same. */
public final class VirtualLoop implements Loop {
    private record Task(long at, long order, Runnable run, AtomicBoolean cancelled) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long now;
    private long order;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void execute(Runnable task) {
        schedule(Duration.ZERO, task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        AtomicBoolean cancelled = new AtomicBoolean();
        tasks.add(new Task(now + Math.max(0, delay.toNanos()), order++, task, cancelled));
        return () -> cancelled.set(true);
    }

    /** Lets {@code time} pass. */
    public void pass(Duration time) {
        long end = now + time.toNanos();
        while (!tasks.isEmpty() && tasks.peek().at() <= end) {
            runNext();
        }
        now = end;
    }

    /** Lets time pass until {@code condition} holds, at most {@code limit}; fails naming {@code what}. */
    public void until(String what, Duration limit, BooleanSupplier condition) {
        long end = now + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (tasks.isEmpty() || tasks.peek().at() > end) {
                throw new AssertionError("not within " + limit + " of virtual time: " + what);
            }
            runNext();
        }
    }

    private void runNext() {
        Task task = tasks.remove();
        now = Math.max(now, task.at());
        if (!task.cancelled().get()) {
            task.run().run();
        }
    }
}
