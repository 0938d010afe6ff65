package dev.assent.protocol;

/** The vocabulary of an initiator's view of its transaction; the steps are in {@link CommitProtocol}. */
public final class Initiation {
    private Initiation() {}

    /** Where the transaction stands for its initiator. */
    public enum State {
        /** The first begin of this id is on its way. */
        BEGINNING,
        /** A begin whose answer was lost is on its way again. */
        REPLAYING,
        /** Begun without participants; services enlist. */
        OPEN,
        /** The closed list is on its way. */
        CLOSING,
        /** The empty list, which forbids COMMIT, is on its way. */
        ABANDONING,
        /** Begun and closed: the coordinator decides. */
        PENDING,
        /** The record is not there: record and history are asked. */
        LOOKING_UP,
        COMMITTED,
        ABORTED,
        /** Refused before anything was begun. */
        REFUSED,
        /** Nobody here can tell. */
        UNKNOWN
    }

    /** What the initiator learns. */
    public enum Event {
        /** The begin was answered: a closed list. */
        BEGUN,
        /** The begin was answered: open, for enlisted work. */
        BEGUN_OPEN,
        /** The begin's answer was lost. */
        BEGIN_LOST,
        /** NodeExists at the record's own operation, with equal content. */
        ALREADY_BEGUN,
        /** The same for an open record. */
        ALREADY_BEGUN_OPEN,
        /** NodeExists with other content: somebody else's id. */
        ID_TAKEN,
        /** The generation is sealed or gone. After a lost begin it means only "cannot begin now" (rule 6). */
        CANNOT_BEGIN,
        /** This request changed nothing and may succeed later: an inbox directory is about to be created. */
        BEGIN_DELAYED,
        /** Refused for good: an unregistered participant, a size, a permission. */
        BEGIN_REFUSED,
        /** The user commits the enlisted work. */
        CLOSE,
        /** The user aborts the enlisted work. */
        ABANDON,
        /** The list was written. */
        LIST_WRITTEN,
        /** The list's write failed or its answer was lost: read it back. */
        LIST_UNSURE,
        /** The list cannot be written at all: a size, a permission. */
        LIST_REFUSED,
        /** Read: no list yet. */
        READ_NO_LIST,
        /** Read: there is a list; whoever created it first won. */
        READ_LIST,
        READ_UNDECIDED,
        READ_COMMIT,
        READ_ABORT,
        READ_ABSENT,
        /** Every slot was seen to hold YES or READ_ONLY: COMMIT is the only possible decision (rule 2). */
        ALL_PREPARED,
        /** A slot was seen to hold NO: ABORT is the only possible decision (rule 2). */
        VOTED_NO,
        HISTORY_COMMITTED,
        HISTORY_ABORTED,
        HISTORY_SILENT,
        /** The caller waits no longer. */
        DEADLINE
    }

    /** What the initiator does after a step. */
    public enum Effect {
        /** Send the begin of this id (again). */
        BEGIN,
        /** Draw a new id in the generation that is open now, and begin it. */
        BEGIN_NEW_ID,
        /** Check the record at version 0; create list, slots and inbox entries. */
        WRITE_LIST,
        /** Check the record at version 0; create the empty list. */
        WRITE_EMPTY_LIST,
        /** Read the list back. */
        READ_LIST,
        /** Watch and read the record. */
        AWAIT_DECISION,
        /** A quorum write, the record, then the history (rule 5). */
        LOOK_UP,
        /** Hand the open transaction to the caller. */
        HAND_OUT,
        /** Answer the caller. */
        ANSWER
    }
}
