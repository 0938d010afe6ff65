package dev.assent.client;

/**
 * Why a transaction was refused before anything was begun. Immutable.
 *
 * @param cause the kind of obstacle
 * @param detail what, which value, which bound and what to do, for people
 */
public record Refusal(Cause cause, String detail) {
    /** Kinds of obstacles. */
    public enum Cause {
        /** A named participant never registered. */
        UNKNOWN_PARTICIPANT,
        /** A payload, or all of them together, exceed their bound. */
        TOO_LARGE,
        /** The store could not be reached in time. */
        UNREACHABLE,
        /** The tree takes no transactions (yet): no coordinator has set it up, or an inbox is missing. */
        NOT_READY,
        /** No permission. */
        FORBIDDEN,
        /** As many transactions as allowed are in flight here: try again when some have ended. */
        OVERLOADED,
        /** The caller stopped waiting before anything was sent. */
        GIVEN_UP,
        /** A defect here, before anything was sent; the log has it. */
        FAILED,
        /** This initiator is closed. */
        CLOSED
    }
}
