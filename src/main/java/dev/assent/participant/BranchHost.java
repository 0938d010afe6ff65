package dev.assent.participant;

/** Whom the driver of a branch tells. */
interface BranchHost {
    /** Nothing is left to do for the branch. */
    void ended(BranchDriver driver);

    /** The record is gone: only a recovery pass may say what that means (rule 5). */
    void recoveryWanted(BranchDriver driver);
}
