package dev.assent.protocol;

/** What became of a branch in its resource, as its participant acknowledged it (XA specification, heuristic outcomes). */
public enum BranchOutcome {
    /** Durably applied. */
    COMMITTED,
    /** Durably rolled back. */
    ABORTED,
    /** The resource committed although the decision was ABORT. */
    HEURISTIC_COMMIT,
    /** The resource rolled back or lost the branch although the decision was COMMIT. */
    HEURISTIC_ROLLBACK,
    /** Part of the branch was committed and part rolled back. */
    HEURISTIC_MIXED,
    /** Nobody can tell what the resource did. */
    HEURISTIC_HAZARD;

    /** Whether the resource broke its promise (rule 11). */
    public boolean heuristic() {
        return this != COMMITTED && this != ABORTED;
    }
}
