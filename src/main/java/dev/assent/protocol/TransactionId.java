package dev.assent.protocol;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A global transaction's id, written {@code <generation>-<16 hex>}: it carries its generation, so an id alone gives its
 * path. Immutable.
 *
 * @param generation the generation in which the transaction was begun; an id is never begun in another one (rule 6)
 * @param suffix 16 lower-case hexadecimal digits, random
 */
public record TransactionId(long generation, String suffix) implements Comparable<TransactionId> {
    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,17})-([0-9a-f]{16})");
    private static final Pattern SUFFIX = Pattern.compile("[0-9a-f]{16}");

    public TransactionId {
        if (generation < 1 || generation > 999_999_999_999_999_999L) {
            throw new IllegalArgumentException("generation " + generation + " is not in 1..10^18-1");
        }
        if (!SUFFIX.matcher(suffix).matches()) {
            throw new IllegalArgumentException("transaction suffix '" + suffix + "' is not 16 hexadecimal digits");
        }
    }

    /** The id with the 64 random bits {@code random}. */
    public static TransactionId of(long generation, long random) {
        return new TransactionId(generation, String.format("%016x", random));
    }

    /** Reads an id, or nothing where {@code text} is none. */
    public static Optional<TransactionId> tryParse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new TransactionId(Long.parseLong(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
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

    @Override
    public int compareTo(TransactionId other) {
        int byGeneration = Long.compare(generation, other.generation);
        return byGeneration != 0 ? byGeneration : suffix.compareTo(other.suffix);
    }

    @Override
    public String toString() {
        return generation + "-" + suffix;
    }
}
