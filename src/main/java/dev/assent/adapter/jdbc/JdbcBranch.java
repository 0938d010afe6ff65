package dev.assent.adapter.jdbc;

import dev.assent.participant.EnlistedBranch;
import dev.assent.protocol.BranchId;
import java.sql.Connection;

/**
 * A branch that a service works in: plain JDBC on {@link #connection()}, then the token to the initiator. The
 * transaction's end comes from its decision, so the connection refuses commit, rollback and a change of auto-commit, and
 * ignores close. For one thread at a time, as its connection is.
 */
public final class JdbcBranch {
    private final EnlistedBranch enlisted;
    private final HeldConnection held;

    public JdbcBranch(EnlistedBranch enlisted, HeldConnection held) {
        this.enlisted = enlisted;
        this.held = held;
    }

    /** The connection to work on. Every call fails once the branch is being prepared or has ended. */
    public Connection connection() {
        return held.guarded();
    }

    /** Names the branch inside the database. */
    public BranchId id() {
        return enlisted.branch();
    }

    /** To be sent to the initiator, which commits with it. */
    public String token() {
        return enlisted.token();
    }
}
