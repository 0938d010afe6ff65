package dev.assent.client;

import dev.assent.store.Loop;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/** A loop that runs in the test's own thread, in virtual time: nothing happens but what the test lets happen. */
final class VirtualLoop implements Loop {
    private record Task(long at, long order, Runnable run) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));
    private long now;
    private long order;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(new Task(now, order++, task));
    }

    @Override
    public Timer schedule(Duration delay, Runnable run) {
        Task task = new Task(now + delay.toNanos(), order++, run);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    /** Runs everything that is due within {@code time}. */
    void run(Duration time) {
        long end = now + time.toNanos();
        while (!tasks.isEmpty() && tasks.peek().at() <= end) {
            Task task = tasks.poll();
            now = task.at();
            task.run().run();
        }
        now = end;
    }

    /** Runs what is due now. */
    void settle() {
        run(Duration.ZERO);
    }

    /** Runs, at most for an hour of virtual time, until {@code future} is done, and returns its value. */
    <T> T await(CompletableFuture<T> future) {
        long end = now + Duration.ofHours(1).toNanos();
        while (!future.isDone()) {
            if (tasks.isEmpty() || tasks.peek().at() > end) {
                throw new AssertionError("nothing is left to happen within an hour, and there is no answer");
            }
            Task task = tasks.poll();
            now = task.at();
            task.run().run();
        }
        return future.join();
    }
}
