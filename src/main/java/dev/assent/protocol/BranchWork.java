package dev.assent.protocol;

/** The vocabulary of a participant's work on one branch; the steps are in {@link CommitProtocol}. */
public final class BranchWork {
    private BranchWork() {}

    /** Where the branch stands for this instance. */
    public enum State {
        /** In the inbox; nothing was done for it here. */
        NEW,
        /** Work is being done under an open transaction's id; nobody asked to prepare yet. */
        ENLISTED,
        /** Found in the resource, or under a slot, of an attempt that no longer runs. */
        RECOVERED,
        /** The resource is preparing. */
        PREPARING,
        /** Prepared; YES is on its way and counts as cast (rule 3). */
        VOTING_YES,
        /** Nothing to do in phase two; READ_ONLY is on its way. */
        VOTING_READ_ONLY,
        /** Nothing is prepared; NO is on its way. */
        VOTING_NO,
        /** Something may be prepared; NO is on its way and comes before the rollback (rule 3). */
        REFUSING,
        /** YES is durable: in doubt until the decision. */
        IN_DOUBT,
        /** COMMIT is being applied. */
        COMMITTING,
        /** ABORT is being applied to a branch whose YES is durable. */
        ABORTING,
        /** A branch that does not count is being rolled back; nothing is owed to the coordinator. */
        UNDOING,
        /** Applied; the acknowledgement is on its way. */
        ACKNOWLEDGING,
        /** The vote DELEGATED is on its way. */
        DELEGATING,
        /** Its own DELEGATED was read back: committing in the resource. */
        COMMITTING_ONE_PHASE,
        /** The resource is asked: marker, or else fence. */
        RESOLVING,
        /** The one-phase result COMMITTED is on its way to the slot. */
        REPORTING_COMMIT,
        /** The one-phase result ABORTED is on its way to the slot. */
        REPORTING_ABORT,
        /** Nothing is left to do here. */
        DONE
    }

    /** What a participant learns from its resource, from its writes' answers and by reading record and slot. */
    public enum Event {
        /** This instance takes the work. */
        CLAIMED,
        /** This instance takes the work, is the only participant, and its resource commits in one phase. */
        CLAIMED_ALONE,
        /** An enlisted branch's own timeout passed before anybody asked to prepare. */
        TIMED_OUT,
        /** Enlisted work names an attempt that holds no branch any more. */
        HOLDER_GONE,
        /** Resource: durably prepared. */
        PREPARED,
        /** Resource: nothing changed. */
        NOTHING_CHANGED,
        /** Resource: no, and nothing of the branch is left. */
        REFUSED,
        /** Resource: prepare failed; whether something is prepared is unknown. */
        PREPARE_FAILED,
        /** The write was answered: durable. */
        WRITTEN,
        /** The write failed or its answer was lost. */
        WRITE_UNSURE,
        /** Read: the list is still open. */
        READ_OPEN,
        /** Read: undecided, the slot holds no vote. */
        READ_EMPTY,
        /** Read: undecided, the slot holds YES of this branch's attempt. */
        READ_OWN_YES,
        /** Read: the slot holds NO of this branch's attempt. */
        READ_OWN_NO,
        /** Read: the slot holds READ_ONLY of this branch's attempt. */
        READ_OWN_READ_ONLY,
        /** Read: undecided, the slot holds DELEGATED of this branch's attempt at version 1. */
        READ_OWN_DELEGATED,
        /** Read: the slot names another attempt: this branch does not count. */
        READ_OTHER,
        /** Read: the record says COMMIT and the slot holds this attempt's YES. */
        READ_COMMIT,
        /** Read: the record says ABORT and the slot holds this attempt's YES. */
        READ_ABORT,
        /** Read: the record says ABORT and the slot holds no vote. */
        READ_ABORT_UNVOTED,
        /** Read: this attempt's vote is acknowledged. */
        READ_ACKNOWLEDGED,
        /** Read: no record. By itself no conclusion (rule 5). */
        READ_ABSENT,
        /** A closed list does not name this participant. */
        READ_UNLISTED,
        /** A recovery pass in rule 5's order found no record for a branch that it listed. */
        PRESUMED_ABORT,
        /**
         * A recovery pass in rule 5's order found neither a record nor anything in the resource: another instance
         * finished the branch.
         */
        NOTHING_LEFT,
        /** As {@link #NOTHING_LEFT}, of an attempt of this process, for which nobody else can have voted YES. */
        NOTHING_OF_OWN_LEFT,
        /** Resource: durably applied, with evidence. */
        APPLIED,
        /** Resource: durably fenced, no late commit of the attempt can succeed (one phase). */
        FENCED,
        /** Resource: it broke its promise. */
        HEURISTIC,
        /** Resource: failed, the result is unknown; to be repeated. */
        APPLY_FAILED
    }

    /** What the participant does after a step. */
    public enum Effect {
        PREPARE,
        /** Check the record at version 0, slot 0→1 (rule 2). */
        WRITE_YES,
        /** As YES, and remove the inbox entry. */
        WRITE_READ_ONLY,
        /** As YES, and remove the inbox entry. */
        WRITE_NO,
        WRITE_DELEGATED,
        /** Read record and slot, and fire what they say. */
        READ,
        /** Watch the record for the decision. */
        AWAIT_DECISION,
        /** Ask for a recovery pass: only it may conclude from absence (rule 5). */
        RECOVER,
        COMMIT,
        ROLL_BACK,
        COMMIT_ONE_PHASE,
        RESOLVE_ONE_PHASE,
        /** Check the record at version 1, slot 1→2, remove the inbox entry (rule 4). */
        ACKNOWLEDGE,
        /** Check the record at version 0, slot 1→2, remove the inbox entry. */
        REPORT_COMMITTED,
        REPORT_ABORTED,
        REMOVE_INBOX_ENTRY,
        /** Keep a heuristic outcome outside the record, which is gone (rule 11); nothing to do for any other. */
        RECORD_IF_HEURISTIC,
        /** Repeat the resource's call after a pause. */
        REPEAT_LATER
    }
}
