package dev.assent.adapter.jdbc;

import dev.assent.adapter.RefusedException;
import dev.assent.protocol.BranchId;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Does the work of a branch that an initiator sent as a payload. Must be thread-safe and leave the transaction open:
 * commit, rollback and close belong to the adapter, and the connection refuses them. It may run again for the same
 * branch after a failure, on a new connection, when nothing of the earlier run is left.
 */
@FunctionalInterface
public interface SqlWork {
    /**
     * Works on {@code connection}; what changes nothing makes the branch vote READ_ONLY.
     *
     * @throws RefusedException if the payload makes no sense or a condition does not hold: the branch votes NO
     * @throws SQLException if a statement failed, also where the database would go on after it: the branch votes NO
     */
    void run(Connection connection, BranchId branch, byte[] payload) throws SQLException, RefusedException;
}
