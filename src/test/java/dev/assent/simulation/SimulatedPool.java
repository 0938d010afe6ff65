package dev.assent.simulation;

import java.util.concurrent.Executor;

/**
 * The threads on which a process calls its resource. A call takes time; its process may crash before or after it takes
 * effect, and a call under way takes effect even when its process is gone or paused meanwhile.
 */
final class SimulatedPool implements Executor {
    /** What can happen to calls. Changed at will. */
    static final class Conditions {
        long latency;
        int slowPerMille;
        long slowness;
        int crashPerMille;
    }

    private final VirtualTime time;
    private final VirtualLoop loop;
    private final Rng rng;
    private final Conditions conditions;
    private final Runnable crash;

    SimulatedPool(VirtualTime time, VirtualLoop loop, Rng rng, Conditions conditions, Runnable crash) {
        this.time = time;
        this.loop = loop;
        this.rng = rng;
        this.conditions = conditions;
        this.crash = crash;
    }

    @Override
    public void execute(Runnable task) {
        boolean sent = rng.coin();
        long latency = rng.upTo(conditions.latency)
                + (rng.perMille(conditions.slowPerMille) ? rng.upTo(conditions.slowness) : 0);
        time.after(latency, () -> call(task, sent));
    }

    private void call(Runnable task, boolean sent) {
        if (loop.dead()) {
            if (sent) {
                task.run();
            }
            return;
        }
        if (loop.paused() && !sent) {
            // Not yet on its way when the process stopped: it goes on afterwards.
            loop.execute(() -> time.after(rng.upTo(conditions.latency), () -> call(task, rng.coin())));
            return;
        }
        if (rng.perMille(conditions.crashPerMille)) {
            if (rng.coin()) {
                // It had taken effect, or not; nobody is left to hear of it.
                loop.fromPool(1, task);
            }
            crash.run();
            return;
        }
        loop.fromPool(rng.upTo(conditions.latency), task);
    }
}
