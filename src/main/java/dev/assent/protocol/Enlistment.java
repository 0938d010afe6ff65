package dev.assent.protocol;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says that work was done under an open transaction's id: the token that a service hands back to the initiator, written
 * {@code <txid>:<participant>:<instance>:<attempt>}. Only the named attempt may vote YES for it (section 3). Immutable.
 *
 * @param transaction the open transaction
 * @param participant whose work it is
 * @param instance the instance that holds the branch
 * @param attempt the attempt that holds the branch, 16 hexadecimal digits
 */
public record Enlistment(TransactionId transaction, String participant, String instance, String attempt) {
    private static final Pattern TEXT =
            Pattern.compile("([1-9][0-9]{0,17}-[0-9a-f]{16}):([a-z0-9-]{1,32}):([a-z0-9-]{1,32}):([0-9a-f]{16})");

    public Enlistment {
        Names.require("participant", participant);
        Names.require("instance", instance);
        if (!Hex.isLast(attempt, 0)) {
            throw new IllegalArgumentException("attempt '" + attempt + "' is not 16 hexadecimal digits");
        }
    }

    /**
     * Reads a token.
     *
     * @throws IllegalArgumentException if {@code text} is none
     */
    public static Enlistment parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no enlistment: expected <txid>:<participant>:<instance>:<attempt>");
        }
        return new Enlistment(
                TransactionId.parse(matcher.group(1)), matcher.group(2), matcher.group(3), matcher.group(4));
    }

    /** Whether {@code other} names the same branch. */
    public boolean sameHolder(Enlistment other) {
        return instance.equals(other.instance) && attempt.equals(other.attempt);
    }

    @Override
    public String toString() {
        return transaction + ":" + participant + ":" + instance + ":" + attempt;
    }
}
