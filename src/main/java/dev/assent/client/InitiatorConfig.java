package dev.assent.client;

import dev.assent.protocol.TransactionId;
import java.time.Duration;

/**
 * An initiator's settings. Immutable; every value is checked at construction.
 *
 * @param store what to call the store in messages: its addresses
 * @param patience how much longer than the transaction's own timeout a caller waits for the decision before the answer is
 *     UNKNOWN. A takeover starts the timeout again, so less than a session timeout plus the timeout makes a killed
 *     coordinator visible to callers
 * @param reread how often a pending transaction is read again although no hint came (rule 7); a smaller value costs reads
 * @param firstPause the first pause before something that failed is tried again
 * @param longestPause the longest such pause
 * @param maxInFlight the most transactions at a time; more are refused as OVERLOADED
 * @param maxPayloadBytes the largest payload of one participant
 * @param maxRequestBytes the largest begin or list, all participants together; must stay below the {@code jute.maxbuffer}
 *     of every server, 1,048,575 by default
 * @param mostTogether how many transactions may share their znodes, 1 to 64; 1: each has its own at any load
 */
public record InitiatorConfig(
        String store,
        Duration patience,
        Duration reread,
        Duration firstPause,
        Duration longestPause,
        int maxInFlight,
        int maxPayloadBytes,
        int maxRequestBytes,
        int mostTogether) {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int JUTE_MAX_BUFFER = 1_048_575;

    public InitiatorConfig {
        requireWithin("patience", patience);
        requireWithin("reread", reread);
        requireWithin("firstPause", firstPause);
        requireWithin("longestPause", longestPause);
        if (longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException(
                    "longestPause " + longestPause + " is shorter than firstPause " + firstPause);
        }
        requireWithin("maxInFlight", maxInFlight, 1, 1_000_000);
        requireWithin("maxRequestBytes", maxRequestBytes, 1_024, JUTE_MAX_BUFFER);
        requireWithin("maxPayloadBytes", maxPayloadBytes, 0, maxRequestBytes);
        requireWithin("mostTogether", mostTogether, 1, TransactionId.MOST_TOGETHER);
    }

    /** The defaults.
     *
     * @param store what to call the store in messages: its addresses */
    public static InitiatorConfig defaults(String store) {
        return new InitiatorConfig(
                store,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofMillis(50),
                Duration.ofSeconds(2),
                1_000,
                256 * 1_024,
                900_000,
                TransactionId.MOST_TOGETHER);
    }

    public InitiatorConfig withPatience(Duration value) {
        return new InitiatorConfig(
                store,
                value,
                reread,
                firstPause,
                longestPause,
                maxInFlight,
                maxPayloadBytes,
                maxRequestBytes,
                mostTogether);
    }

    public InitiatorConfig withReread(Duration value) {
        return new InitiatorConfig(
                store,
                patience,
                value,
                firstPause,
                longestPause,
                maxInFlight,
                maxPayloadBytes,
                maxRequestBytes,
                mostTogether);
    }

    public InitiatorConfig withMaxInFlight(int value) {
        return new InitiatorConfig(
                store,
                patience,
                reread,
                firstPause,
                longestPause,
                value,
                maxPayloadBytes,
                maxRequestBytes,
                mostTogether);
    }

    public InitiatorConfig withMaxBytes(int payload, int request) {
        return new InitiatorConfig(
                store, patience, reread, firstPause, longestPause, maxInFlight, payload, request, mostTogether);
    }

    public InitiatorConfig withMostTogether(int value) {
        return new InitiatorConfig(
                store,
                patience,
                reread,
                firstPause,
                longestPause,
                maxInFlight,
                maxPayloadBytes,
                maxRequestBytes,
                value);
    }

    private static void requireWithin(String key, Duration value) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(key + " " + value + " is not within " + SHORTEST + " and " + LONGEST);
        }
    }

    private static void requireWithin(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " " + value + " is not within " + least + " and " + most);
        }
    }
}
