package dev.assent.protocol;

/** The vocabulary of the leader's view of one transaction; the steps are in {@link CommitProtocol}. */
public final class Coordination {
    private Coordination() {}

    /** Where the transaction stands for this leader. */
    public enum State {
        /** Known to exist; record, list and slots have to be read. */
        UNREAD,
        /** Enlisted work whose list nobody closed. */
        OPEN,
        /** The list is closed, the decision is not written. */
        VOTING,
        /** The COMMIT is on its way to the record. */
        COMMITTING,
        /** The ABORT is on its way to the record. */
        ABORTING,
        /** Decided COMMIT; acknowledgements are owed. */
        COMMITTED,
        /** Decided ABORT; acknowledgements are awaited for a while. */
        ABORTED,
        /** Nobody is owed anything: to be collected once its generation is sealed. */
        SETTLED,
        /** The collection is on its way. */
        COLLECTING,
        /** Gone from the tree; its outcome is in the history. */
        COLLECTED
    }

    /** What a leader learns by reading, by its own writes' answers, by its clock and from operators. */
    public enum Event {
        /** Read: enlisted, no list. */
        READ_OPEN,
        /** Read: undecided with a closed list. */
        READ_CLOSED,
        /** Read: the record says COMMIT. */
        READ_COMMIT,
        /** Read: the record says ABORT. */
        READ_ABORT,
        /** Read: no record. */
        READ_GONE,
        /** Read: something outside the schema; reported and left alone (rule 12). */
        READ_UNREADABLE,
        /** Tally: the list is closed and not empty, and every listed slot holds YES or READ_ONLY at version 1. */
        ALL_PREPARED,
        /** Tally: a slot holds NO. */
        VOTED_NO,
        /** Tally: the closed list is empty: nothing can commit. */
        LIST_EMPTY,
        /** Tally: the single participant committed in one phase (slot DELEGATED at version 2). */
        DELEGATE_COMMITTED,
        /** Tally: the single participant fenced and gave up (slot DELEGATED at version 2). */
        DELEGATE_ABORTED,
        /** Tally: every vote that is owed an acknowledgement has it. */
        ALL_ACKNOWLEDGED,
        /** The timeout passed on this leader's clock (rule 8). */
        EXPIRED,
        /** An operator asks for ABORT. */
        OPERATOR_ABORT,
        /** The decision's multi succeeded. */
        DECISION_WRITTEN,
        /** The decision's multi failed or its answer was lost: read back (rule 1). */
        DECISION_UNSURE,
        /** An ABORT has waited long enough for acknowledgements. */
        GRACE_OVER,
        /** The generation takes no more begins. */
        SEALED,
        /** The collection's multi succeeded. */
        COLLECTION_WRITTEN,
        /** The collection's multi failed or its answer was lost. */
        COLLECTION_UNSURE
    }

    /** What the leader does after a step. */
    public enum Effect {
        /** Read record, list and slots. */
        READ,
        /** Write COMMIT: check the epoch and every listed slot at the version read (rules 1 and 2). */
        WRITE_COMMIT,
        /** Write ABORT: check the epoch and a witness that forbids COMMIT (rule 2). */
        WRITE_ABORT,
        /** Tell the operator that the outcome is already determined. */
        REFUSE_OPERATION,
        /** Report what cannot be read. */
        REPORT,
        /** Remove everything of the transaction and add its history entry, in one multi (rule 4). */
        COLLECT
    }
}
