package dev.assent.bench;

/**
 * One cell of a measurement. Immutable; every value is checked at construction.
 *
 * @param participants how many participants each transaction has
 * @param inFlight how many transactions are on their way at once; with a rate, the most that may be
 * @param payloadBytes what each participant is sent
 * @param abortPercent how many of a hundred transactions one participant refuses
 * @param ratePerSecond how many transactions are begun in a second, whatever becomes of those before them; 0: a new one
 *     begins when one ends
 */
public record Setting(int participants, int inFlight, int payloadBytes, int abortPercent, int ratePerSecond) {
    public static final int MAX_PARTICIPANTS = 16;
    public static final int MAX_IN_FLIGHT = 1_024;
    public static final int MAX_PAYLOAD = 100_000;

    public Setting {
        require("participants", participants, 1, MAX_PARTICIPANTS);
        require("in-flight", inFlight, 1, MAX_IN_FLIGHT);
        require("payload", payloadBytes, 0, MAX_PAYLOAD);
        require("abort-percent", abortPercent, 0, 100);
        require("rate", ratePerSecond, 0, 1_000_000);
    }

    static void require(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("--" + key + " " + value + " is not in " + min + ".." + max);
        }
    }
}
