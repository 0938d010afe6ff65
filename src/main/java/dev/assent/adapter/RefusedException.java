package dev.assent.adapter;

/** The work cannot be done: the branch votes NO with this message as its reason, and nothing of it is left. */
public class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param reason shown to the initiator */
    public RefusedException(String reason) {
        super(reason);
    }
}
