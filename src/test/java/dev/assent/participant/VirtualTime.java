package dev.assent.participant;

import dev.assent.store.Loop;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;

/** Time that passes only when a test says so, shared by the loops of several processes. */
final class VirtualTime {
    private record Task(long at, long order, Runnable body) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));
    private long now;
    private long order;

    /** A loop of one process; what its tasks throw fails the test. */
    final class ProcessLoop implements Loop {
        private boolean dead;

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void execute(Runnable task) {
            schedule(Duration.ZERO, task);
        }

        @Override
        public Timer schedule(Duration delay, Runnable body) {
            boolean[] cancelled = {false};
            tasks.add(new Task(now + delay.toNanos(), order++, () -> {
                if (!dead && !cancelled[0]) {
                    body.run();
                }
            }));
            return () -> cancelled[0] = true;
        }

        /** Nothing runs here any more. */
        void kill() {
            dead = true;
        }
    }

    /** Runs what is due now, and what follows from it at once. */
    void settle() {
        pass(Duration.ZERO);
    }

    /** Lets {@code time} pass. */
    void pass(Duration time) {
        long end = now + time.toNanos();
        while (!tasks.isEmpty() && tasks.peek().at() <= end) {
            step();
        }
        now = end;
    }

    /** Runs until the condition holds, or fails when it does not within ten minutes of this time. */
    void until(String what, Callable<Boolean> condition) throws Exception {
        long end = now + Duration.ofMinutes(10).toNanos();
        while (!condition.call()) {
            if (tasks.isEmpty() || tasks.peek().at() > end) {
                throw new AssertionError("does not come to be: " + what);
            }
            step();
        }
    }

    private void step() {
        Task task = tasks.remove();
        now = Math.max(now, task.at());
        task.body().run();
    }
}
