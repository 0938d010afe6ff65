package dev.assent.participant;

/** A branch was not opened, and nothing was changed. The message says why and whether asking again can help. */
public final class EnlistmentRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EnlistmentRefusedException(String message) {
        super(message);
    }
}
