package dev.assent.store;

import dev.assent.protocol.Names;
import dev.assent.protocol.TransactionId;
import java.util.Optional;

/**
 * An operator's audited request, which the leader carries out and answers. Immutable.
 *
 * @param kind what is asked
 * @param transaction about which transaction
 * @param actor who asks
 * @param reason why
 * @param result the leader's answer, empty until it gave one
 */
public record Operation(Kind kind, TransactionId transaction, String actor, String reason, Optional<Result> result) {
    private static final int MAX_TEXT = 1_000;

    /** What an operator may ask. */
    public enum Kind {
        /** Abort an undecided transaction; refused where the outcome is already determined. */
        ABORT,
        /** Forget a heuristic outcome whose cause was mended. */
        FORGET
    }

    /**
     * The leader's answer.
     *
     * @param done whether it was carried out; otherwise it was refused
     * @param detail what happened, or why not
     * @param epoch the leader's epoch
     */
    public record Result(boolean done, String detail, long epoch) {}

    public Operation {
        requireText("actor", actor);
        requireText("reason", reason);
    }

    public static Operation request(Kind kind, TransactionId transaction, String actor, String reason) {
        return new Operation(kind, transaction, actor, reason, Optional.empty());
    }

    public Operation answered(Result answer) {
        return new Operation(kind, transaction, actor, reason, Optional.of(answer));
    }

    private static void requireText(String what, String text) {
        if (text.isBlank() || text.length() > MAX_TEXT) {
            throw new IllegalArgumentException(
                    "the " + what + " of an operation has 1 to " + MAX_TEXT + " characters, not " + text.length());
        }
    }

    /** Whether {@code id} can name an operation. */
    public static boolean validId(String id) {
        return Names.valid(id);
    }
}
