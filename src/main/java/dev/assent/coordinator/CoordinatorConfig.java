package dev.assent.coordinator;

import dev.assent.protocol.Names;
import java.time.Duration;

/**
 * A coordinator's settings; each has its unit, default and trade-off in {@code config/coordinator.properties}. Immutable. A
 * value out of bounds is refused, never repaired.
 *
 * @param id this coordinator's name, unique among the running ones
 * @param address where its process can be reached, for people
 * @param release which release it runs, for people
 * @param generationSize how many transactions a generation takes before the next one is opened (rule 10)
 * @param generationAge how old a generation with transactions gets before the next one is opened
 * @param sealDelay how long a generation still takes begins after the next one was opened
 * @param abortGrace how long an ABORT waits for acknowledgements before its record may go
 * @param rescanInterval how often everything is read again, because hints get lost (rule 7)
 * @param watchdogTimeout how long leadership may make no progress before it is handed back
 * @param readsInFlight how many reads are on their way at once
 * @param collectionBatch how many finished transactions are removed in one multi
 * @param historyGenerations how many generations of finished outcomes are kept
 * @param maxPending how many transactions are looked after at once; the others wait (rule 10)
 * @param operationsKept how many answered operations are kept
 */
public record CoordinatorConfig(
        String id,
        String address,
        String release,
        int generationSize,
        Duration generationAge,
        Duration sealDelay,
        Duration abortGrace,
        Duration rescanInterval,
        Duration watchdogTimeout,
        int readsInFlight,
        int collectionBatch,
        int historyGenerations,
        int maxPending,
        int operationsKept) {
    private static final int MAX_TEXT = 200;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration HOUR = Duration.ofHours(1);

    public CoordinatorConfig {
        if (!Names.valid(id)) {
            throw new IllegalArgumentException(
                    "id = '" + id + "' is not a valid name: use 1 to 32 of a-z, 0-9 and '-'");
        }
        text("address", address);
        text("release", release);
        // A generation is listed in one answer, which must stay below jute.maxbuffer with room for begins during the
        // roll.
        number("generation-size", generationSize, 1, 10_000);
        time("generation-age", generationAge, SHORTEST, Duration.ofDays(7));
        time("seal-delay", sealDelay, Duration.ZERO, HOUR);
        time("abort-grace", abortGrace, Duration.ZERO, Duration.ofDays(7));
        time("rescan-interval", rescanInterval, SHORTEST, HOUR);
        time("watchdog-timeout", watchdogTimeout, SHORTEST, HOUR);
        number("reads-in-flight", readsInFlight, 1, 10_000);
        number("collection-batch", collectionBatch, 1, 200);
        number("history-generations", historyGenerations, 1, 10_000);
        number("max-pending", maxPending, 1, 1_000_000);
        number("operations-kept", operationsKept, 1, 10_000);
        if (maxPending < generationSize) {
            throw new IllegalArgumentException("max-pending = " + maxPending + " is below generation-size = "
                    + generationSize + ": a generation could not be looked after as a whole");
        }
    }

    /** A configuration for {@code id} that starts from the defaults. */
    public static Builder builder(String id) {
        return new Builder(id);
    }

    private static void text(String key, String value) {
        if (value.isBlank() || value.length() > MAX_TEXT) {
            throw new IllegalArgumentException(
                    key + " = '" + value + "' is out of bounds: use 1 to " + MAX_TEXT + " characters");
        }
    }

    private static void number(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " = " + value + " is out of bounds: use " + min + " to " + max);
        }
    }

    private static void time(String key, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(key + " = " + value.toMillis() + "ms is out of bounds: use "
                    + min.toMillis() + "ms to " + max.toMillis() + "ms");
        }
    }

    /** Collects settings; {@link #build} validates them. Not thread-safe. */
    public static final class Builder {
        private String id;
        private String address = "127.0.0.1";
        private String release = "unknown";
        private int generationSize = 5_000;
        private Duration generationAge = Duration.ofHours(1);
        private Duration sealDelay = Duration.ofSeconds(10);
        private Duration abortGrace = Duration.ofMinutes(1);
        private Duration rescanInterval = Duration.ofSeconds(30);
        private Duration watchdogTimeout = Duration.ofSeconds(10);
        private int readsInFlight = 256;
        private int collectionBatch = 100;
        private int historyGenerations = 100;
        private int maxPending = 100_000;
        private int operationsKept = 1_000;

        private Builder(String id) {
            this.id = id;
        }

        public Builder id(String value) {
            id = value;
            return this;
        }

        public Builder address(String value) {
            address = value;
            return this;
        }

        public Builder release(String value) {
            release = value;
            return this;
        }

        public Builder generationSize(int value) {
            generationSize = value;
            return this;
        }

        public Builder generationAge(Duration value) {
            generationAge = value;
            return this;
        }

        public Builder sealDelay(Duration value) {
            sealDelay = value;
            return this;
        }

        public Builder abortGrace(Duration value) {
            abortGrace = value;
            return this;
        }

        public Builder rescanInterval(Duration value) {
            rescanInterval = value;
            return this;
        }

        public Builder watchdogTimeout(Duration value) {
            watchdogTimeout = value;
            return this;
        }

        public Builder readsInFlight(int value) {
            readsInFlight = value;
            return this;
        }

        public Builder collectionBatch(int value) {
            collectionBatch = value;
            return this;
        }

        public Builder historyGenerations(int value) {
            historyGenerations = value;
            return this;
        }

        public Builder maxPending(int value) {
            maxPending = value;
            return this;
        }

        public Builder operationsKept(int value) {
            operationsKept = value;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException in one line, naming key, value and bound
         */
        public CoordinatorConfig build() {
            return new CoordinatorConfig(
                    id,
                    address,
                    release,
                    generationSize,
                    generationAge,
                    sealDelay,
                    abortGrace,
                    rescanInterval,
                    watchdogTimeout,
                    readsInFlight,
                    collectionBatch,
                    historyGenerations,
                    maxPending,
                    operationsKept);
        }
    }
}
