package dev.assent.coordinator;

import dev.assent.store.Loop;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Notices leadership that makes no progress: elected without a written epoch, or nothing answered for too long. An election
 * alone proves nothing, and its own library may only have logged that something failed. Lives on the loop.
 */
final class Watchdog {
    private static final int LOOKS_PER_TIMEOUT = 4;

    private final Context context;
    private final Supplier<Term> term;
    private final Consumer<String> resign;
    private final Duration timeout;
    private Loop.Timer timer = () -> {};
    private long sinceNanos;

    Watchdog(Context context, Supplier<Term> term, Consumer<String> resign) {
        this.context = context;
        this.term = term;
        this.resign = resign;
        this.timeout = context.config().watchdogTimeout();
    }

    /** From now on there should be progress. */
    void start() {
        stop();
        sinceNanos = context.loop().nanoTime();
        next();
    }

    void stop() {
        timer.cancel();
    }

    private void next() {
        timer = context.loop().schedule(timeout.dividedBy(LOOKS_PER_TIMEOUT), this::look);
    }

    private void look() {
        Term now = term.get();
        boolean established = now != null && now.established();
        if (established) {
            sinceNanos = context.loop().nanoTime();
        }
        Duration without = Duration.ofNanos(context.loop().nanoTime() - sinceNanos);
        if (without.compareTo(timeout) >= 0) {
            resign.accept("elected, but no epoch was written within " + timeout.toMillis() + " ms");
        } else if (established && now.stuck().compareTo(timeout) >= 0) {
            resign.accept("no read or write was answered within " + timeout.toMillis() + " ms");
        } else {
            next();
        }
    }
}
