package dev.assent.protocol;

/** The steps of a participant's recovery pass; their order is {@link CommitProtocol#recoveryOrder} (rule 5). */
public enum RecoveryStep {
    /** Ask the resource for its branches: only what it lists may be concluded about. */
    LIST_BRANCHES,
    /** A quorum write on the pass's session, so that its reads see at least what was there when the branches were listed. */
    QUORUM_WRITE,
    /** Read installation, generation, and the records of the listed branches. */
    READ_RECORDS
}
