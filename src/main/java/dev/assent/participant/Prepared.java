package dev.assent.participant;

import java.util.Objects;

/**
 * A resource's answer to prepare. Immutable.
 *
 * @param answer YES, NO or READ_ONLY
 * @param reason why, for a NO; else empty
 */
public record Prepared(Answer answer, String reason) {
    public Prepared {
        Objects.requireNonNull(answer, "answer");
        // Often an exception's message, which may be missing.
        reason = reason == null ? "" : reason;
    }

    /** What a resource can say. */
    public enum Answer {
        /** Durably prepared. */
        YES,
        /** Refused, and nothing is left of the branch. */
        NO,
        /** Nothing was changed and nothing is held. */
        READ_ONLY
    }

    public static Prepared yes() {
        return new Prepared(Answer.YES, "");
    }

    public static Prepared readOnly() {
        return new Prepared(Answer.READ_ONLY, "");
    }

    /** Refuses.
     *
     * @param reason shown to the initiator and to operators; the first 500 characters are kept */
    public static Prepared no(String reason) {
        return new Prepared(Answer.NO, reason);
    }
}
