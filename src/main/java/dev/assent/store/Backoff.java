package dev.assent.store;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Growing pauses between repetitions: each up to twice the one before, never longer than the bound, and shortened by up
 * to half at random, so that those who failed together do not come back together. Not thread-safe: it belongs to its
 * role's loop.
 */
public final class Backoff {
    private final Duration first;
    private final Duration longest;
    private final LongSupplier random;
    private Duration next;

    /**
     * @param first the first pause, positive
     * @param longest the longest pause, not shorter than the first
     * @param random 64 random bits at each call
     */
    public Backoff(Duration first, Duration longest, LongSupplier random) {
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "pauses from " + first + " to " + longest + ": the first must be positive and not the longer one");
        }
        this.first = first;
        this.longest = longest;
        this.random = random;
        this.next = first;
    }

    /** The pause before the next repetition. */
    public Duration next() {
        Duration full = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(longest) < 0 ? doubled : longest;
        long half = full.toNanos() / 2;
        return full.minusNanos(Long.remainderUnsigned(random.getAsLong(), half + 1));
    }

    /** Something succeeded: the next pause is the first one again. */
    public void reset() {
        next = first;
    }
}
