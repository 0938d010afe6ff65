package dev.assent.cli;

import dev.assent.store.Loop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Notices from outside that a loop hangs, which nothing on the loop can. For one thread besides the loop.
 */
final class Heartbeat {
    private final Loop loop;
    private final Duration limit;
    private final LongSupplier clock;
    private final AtomicLong beats = new AtomicLong();
    private long seen;
    private long asked;
    private long sinceNanos;

    Heartbeat(Loop loop, Duration limit) {
        this(loop, limit, System::nanoTime);
    }

    Heartbeat(Loop loop, Duration limit, LongSupplier clock) {
        this.loop = loop;
        this.limit = limit;
        this.clock = clock;
        this.sinceNanos = clock.getAsLong();
    }

    /** Asks for another beat; answers for how long none came, if that is over the limit. */
    Optional<Duration> silence() {
        long now = clock.getAsLong();
        if (beats.get() != seen || asked == 0) {
            seen = beats.get();
            sinceNanos = now;
        }
        if (asked == seen) {
            asked++;
            loop.execute(beats::incrementAndGet);
        }
        Duration silent = Duration.ofNanos(now - sinceNanos);
        return silent.compareTo(limit) > 0 ? Optional.of(silent) : Optional.empty();
    }
}
