package dev.assent.client;

import java.time.Duration;

/**
 * An inspector's or operator's settings. Immutable; every value is checked at construction.
 *
 * @param store what to call the store in messages: its addresses
 * @param limit how long a question may take before it fails
 * @param readsInFlight how many reads are on their way at once; more are faster and a burden to the servers
 */
public record InspectorConfig(String store, Duration limit, int readsInFlight) {
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int MOST_READS = 10_000;

    public InspectorConfig {
        if (limit.isNegative() || limit.isZero() || limit.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("limit " + limit + " is not above zero and up to " + LONGEST);
        }
        if (readsInFlight < 1 || readsInFlight > MOST_READS) {
            throw new IllegalArgumentException("readsInFlight " + readsInFlight + " is not in 1.." + MOST_READS);
        }
    }

    /** Thirty seconds, 256 reads.
     *
     * @param store what to call the store in messages: its addresses */
    public static InspectorConfig defaults(String store) {
        return new InspectorConfig(store, Duration.ofSeconds(30), 256);
    }

    public InspectorConfig withLimit(Duration value) {
        return new InspectorConfig(store, value, readsInFlight);
    }
}
