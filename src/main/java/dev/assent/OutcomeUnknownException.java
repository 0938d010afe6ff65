package dev.assent;

/**
 * Nobody here can tell how the transaction ended, or will end: it is neither COMMITTED nor ABORTED to the caller, and is
 * never to be taken for one of them (rule 11). It goes on without the caller; ask for its end with {@link Assent#outcome}
 * and {@link #id}. To run the same work again before that is answered may do it twice.
 */
public final class OutcomeUnknownException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String id;

    OutcomeUnknownException(String id, String why, Throwable cause) {
        super(
                "the outcome of transaction " + id + " is unknown: " + why
                        + ". It may have committed, or may still commit: ask with outcome(\"" + id
                        + "\"), and do not repeat its work before that is answered",
                cause);
        this.id = id;
    }

    /** The transaction to ask for. */
    public String id() {
        return id;
    }
}
