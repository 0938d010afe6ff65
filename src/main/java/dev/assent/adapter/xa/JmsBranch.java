package dev.assent.adapter.xa;

import dev.assent.participant.EnlistedBranch;
import dev.assent.protocol.BranchId;
import jakarta.jms.Session;

/**
 * A branch that a service works in: sends and receives on {@link #session()}, then the token to the initiator. What is
 * sent is seen, and what is received is gone, once the global decision is COMMIT. For one thread at a time, as its session
 * is.
 */
public final class JmsBranch {
    private final EnlistedBranch enlisted;
    private final HeldSession held;

    JmsBranch(EnlistedBranch enlisted, HeldSession held) {
        this.enlisted = enlisted;
        this.held = held;
    }

    /** The session to work on. Every call fails once the branch is being prepared or has ended. */
    public Session session() {
        return held.guarded();
    }

    /** Names the branch inside the broker. */
    public BranchId id() {
        return enlisted.branch();
    }

    /** To be sent to the initiator, which commits with it. */
    public String token() {
        return enlisted.token();
    }
}
