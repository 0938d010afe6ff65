package dev.assent.simulation;

import java.util.PriorityQueue;

/** One queue of events in the order of their time; what is due at the same time happens in the order it was asked for. */
final class VirtualTime {
    private static final class Event implements Comparable<Event> {
        private final long time;
        private final long sequence;
        private final Runnable task;

        private Event(long time, long sequence, Runnable task) {
            this.time = time;
            this.sequence = sequence;
            this.task = task;
        }

        @Override
        public int compareTo(Event other) {
            return time != other.time ? Long.compare(time, other.time) : Long.compare(sequence, other.sequence);
        }
    }

    private final PriorityQueue<Event> queue = new PriorityQueue<>(256);
    private long now;
    private long sequence;

    long now() {
        return now;
    }

    void after(long delay, Runnable task) {
        queue.add(new Event(now + Math.max(0, delay), ++sequence, task));
    }

    /** Goes to the next event and lets it happen. False when there is none before {@code end}, where time then stands. */
    boolean step(long end) {
        Event next = queue.peek();
        if (next == null || next.time > end) {
            now = Math.max(now, end);
            return false;
        }
        queue.poll();
        now = next.time;
        next.task.run();
        return true;
    }
}
