package dev.assent.protocol;

/** What can be said about a transaction when somebody asks later (rule 5). */
public enum OutcomeState {
    /** Begun and undecided. */
    PENDING,
    COMMITTED,
    ABORTED,
    /** Neither a record nor history: it never existed, or ended so long ago that its entry was evicted. Not ABORTED. */
    FORGOTTEN
}
