package dev.assent;

import dev.assent.client.Refusal;

/**
 * The transaction was refused before anything was begun: nothing happened and nothing will. To try again is safe, and
 * sensible once the obstacle that {@link #kind} names is gone.
 */
public final class TransactionRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Refusal.Cause kind;

    TransactionRefusedException(Refusal refusal) {
        super("nothing was begun: " + refusal.detail());
        this.kind = refusal.cause();
    }

    /** What stood in the way. */
    public Refusal.Cause kind() {
        return kind;
    }
}
