package dev.assent.simulation;

import dev.assent.store.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** The loop of one simulated process: its events wait while it is paused, and vanish when it crashes. */
final class VirtualLoop implements Loop {
    private final VirtualTime time;
    private final long clockOffset;
    private final Consumer<RuntimeException> defects;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean paused;
    private boolean dead;
    /** What a task of the pool hands over arrives a little later, so that something can happen in between. */
    private long handover;

    /**
     * @param clockOffset what this process's clock shows at the beginning; clocks of two processes tell nothing about each
     *     other (rule 8)
     * @param defects told of whatever a task throws
     */
    VirtualLoop(VirtualTime time, long clockOffset, Consumer<RuntimeException> defects) {
        this.time = time;
        this.clockOffset = clockOffset;
        this.defects = defects;
    }

    @Override
    public void execute(Runnable task) {
        time.after(handover, () -> run(task));
    }

    @Override
    public long nanoTime() {
        return time.now() + clockOffset;
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        boolean[] cancelled = {false};
        time.after(delay.toNanos(), () -> {
            if (!cancelled[0]) {
                run(() -> {
                    if (!cancelled[0]) {
                        task.run();
                    }
                });
            }
        });
        return () -> cancelled[0] = true;
    }

    private void run(Runnable task) {
        if (dead) {
            return;
        }
        if (paused) {
            waiting.add(task);
            return;
        }
        try {
            task.run();
        } catch (RuntimeException e) {
            defects.accept(e);
        }
    }

    boolean paused() {
        return paused;
    }

    boolean dead() {
        return dead;
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        while (!waiting.isEmpty()) {
            Runnable task = waiting.poll();
            time.after(0, () -> run(task));
        }
    }

    void crash() {
        dead = true;
        waiting.clear();
    }

    /** Runs {@code task} as a thread of the pool would: what it hands to the loop arrives {@code delay} later. */
    void fromPool(long delay, Runnable task) {
        handover = delay;
        try {
            task.run();
        } finally {
            handover = 0;
        }
    }
}
