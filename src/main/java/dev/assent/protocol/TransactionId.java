package dev.assent.protocol;

import java.util.HexFormat;
import java.util.Optional;

/**
 * A global transaction's id, written {@code <generation>-<16 hex>}: it carries its generation, so an id alone gives its
 * path. Of the digits twelve are random; the last four say how many transactions share its znodes and which of them it
 * is, {@code 0000} for a transaction that is alone in its own. Immutable.
 *
 * @param generation the generation in which the transaction was begun; an id is never begun in another one (rule 6)
 * @param bits what the 16 digits say
 */
public record TransactionId(long generation, long bits) implements Comparable<TransactionId> {
    /** How many transactions share one's znodes at most. */
    public static final int MOST_TOGETHER = 64;

    private static final int MOST_GENERATION_DIGITS = 18;
    private static final int PLACE_BITS = 8;
    private static final long PLACE = 0xffL;
    private static final long RANDOM = ~0xffffL;

    public TransactionId {
        if (generation < 1 || generation > 999_999_999_999_999_999L) {
            throw new IllegalArgumentException("generation " + generation + " is not in 1..10^18-1");
        }
    }

    /** The id with the 64 bits {@code bits}. */
    public static TransactionId of(long generation, long bits) {
        return new TransactionId(generation, bits);
    }

    /** The 16 digits. */
    public String suffix() {
        return HexFormat.of().toHexDigits(bits);
    }

    /** The id, with the upper 48 bits of {@code random}, of a transaction that has znodes of its own. */
    public static TransactionId alone(long generation, long random) {
        return of(generation, random & RANDOM);
    }

    /**
     * The id of one of several transactions that share their znodes.
     *
     * @param random its upper 48 bits are the same for all of them
     * @param size how many there are at most, 2 to {@link #MOST_TOGETHER}
     * @param place which of them this is, 1 to {@code size}
     */
    public static TransactionId together(long generation, long random, int size, int place) {
        if (size < 2 || size > MOST_TOGETHER || place < 1 || place > size) {
            throw new IllegalArgumentException("place " + place + " of " + size + " transactions together: at most "
                    + MOST_TOGETHER + " share their znodes");
        }
        return of(generation, (random & RANDOM) | ((long) size << PLACE_BITS) | place);
    }

    /** Whether both are in the same shared znodes. */
    public boolean sharesZnodesWith(TransactionId other) {
        boolean alone = (bits & ~RANDOM) == 0;
        return generation == other.generation && !alone && (bits & ~PLACE) == (other.bits & ~PLACE);
    }

    /** Reads an id, or nothing where {@code text} is none. */
    public static Optional<TransactionId> tryParse(String text) {
        int dash = text.indexOf('-');
        long generation = generation(text, dash);
        return generation == 0 || !Hex.isLast(text, dash + 1)
                ? Optional.empty()
                : Optional.of(of(generation, HexFormat.fromHexDigitsToLong(text, dash + 1, text.length())));
    }

    /** Reads a generation's number, or nothing where {@code text} is none. */
    public static Optional<Long> tryParseGeneration(String text) {
        long generation = generation(text, text.length());
        return generation == 0 ? Optional.empty() : Optional.of(generation);
    }

    /** The number that {@code text} has before {@code end}, 0 where it is none. */
    private static long generation(String text, int end) {
        if (end < 1 || end > MOST_GENERATION_DIGITS || text.charAt(0) == '0') {
            return 0;
        }
        long generation = 0;
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return 0;
            }
            generation = 10 * generation + (c - '0');
        }
        return generation;
    }

    /**
     * Reads an id.
     *
     * @throws IllegalArgumentException if {@code text} is not {@code <generation>-<16 hex>}
     */
    public static TransactionId parse(String text) {
        return tryParse(text)
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "'" + text
                                        + "' is not a transaction id: expected <generation>-<16 hex digits>, as in 1-00c0ffee00c0ffee"));
    }

    // Spelled out: it is asked for with every look-up, and what the compiler makes of a record is slower.
    @Override
    public boolean equals(Object other) {
        return other instanceof TransactionId id && bits == id.bits && generation == id.generation;
    }

    @Override
    public int hashCode() {
        return (int) ((bits ^ (bits >>> Integer.SIZE)) * 31 + generation);
    }

    @Override
    public int compareTo(TransactionId other) {
        int byGeneration = Long.compare(generation, other.generation);
        return byGeneration != 0 ? byGeneration : Long.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return generation + "-" + suffix();
    }
}
