package dev.assent.protocol;

/** An event that the protocol does not allow in a state: a defect, never a user's mistake. */
public final class IllegalTransitionException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    IllegalTransitionException(String message) {
        super(message);
    }
}
