package dev.assent.coordinator;

import dev.assent.protocol.CommitProtocol;
import dev.assent.store.Backoff;
import dev.assent.store.Loop;
import java.time.Duration;
import java.util.function.LongSupplier;

/** What the parts of one coordinator share from term to term. Everything lives on {@code loop}. */
record Context(
        Loop loop,
        CommitProtocol protocol,
        CoordinatorConfig config,
        LongSupplier random,
        Counters counters,
        Reporter reporter) {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

    /** Pauses from 20 ms up to the rescan interval: nothing is repeated in a hot loop. */
    Backoff backoff() {
        Duration longest = config.rescanInterval();
        return new Backoff(longest.compareTo(FIRST_PAUSE) < 0 ? longest : FIRST_PAUSE, longest, random);
    }

    String id() {
        return config.id();
    }
}
