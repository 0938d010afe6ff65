package dev.assent;

/**
 * How a transaction ended. Immutable.
 *
 * @param id the transaction's id
 * @param result COMMITTED or ABORTED, the same for every participant
 * @param reason why it aborted, in words for people; empty for COMMITTED
 */
public record Outcome(String id, Result result, String reason) {
    /** The two ends of a transaction. */
    public enum Result {
        /** Decided: every participant applies its part, now or as soon as it can. */
        COMMITTED,
        /** Decided: no participant applies anything. To try again is safe, and is another transaction. */
        ABORTED
    }

    public boolean committed() {
        return result == Result.COMMITTED;
    }
}
