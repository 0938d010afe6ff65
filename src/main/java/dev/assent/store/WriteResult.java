package dev.assent.store;

/**
 * What became of a multi. Immutable.
 *
 * @param status success, the first failing operation's reason, or LOST
 * @param failedOperation the index of the first operation that failed, -1 for OK, TOO_LARGE and LOST
 * @param detail what to tell a person; empty for OK
 */
public record WriteResult(Status status, int failedOperation, String detail) {
    /** Kinds of result. All but OK and LOST say that nothing was changed. */
    public enum Status {
        OK,
        /** A version was not the expected one. */
        BAD_VERSION,
        NO_NODE,
        NODE_EXISTS,
        NOT_EMPTY,
        /** No permission. */
        NO_AUTH,
        /** Refused before sending: larger than a request may be (rule 10). */
        TOO_LARGE,
        /** The servers refuse it for another reason, such as a child of an ephemeral node or a quota. */
        REFUSED,
        /** No answer: it happened, did not happen, or will still happen. */
        LOST
    }

    public static final WriteResult OK = new WriteResult(Status.OK, -1, "");

    public static WriteResult failed(Status status, int operation, String detail) {
        return new WriteResult(status, operation, detail);
    }

    public static WriteResult lost(String detail) {
        return new WriteResult(Status.LOST, -1, detail);
    }

    public boolean ok() {
        return status == Status.OK;
    }

    /** Whether it is certain that this request changed nothing and never will. */
    public boolean certainlyNotDone() {
        return status != Status.OK && status != Status.LOST;
    }
}
