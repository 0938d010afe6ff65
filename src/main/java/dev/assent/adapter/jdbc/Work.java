package dev.assent.adapter.jdbc;

import dev.assent.adapter.RefusedException;
import dev.assent.protocol.BranchId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The work of a branch and the transaction that it is done in. For one thread. */
record Work(SqlDatabase database, BranchTransaction transaction, BranchId branch, Source source)
        implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Work.class);

    /** Where the work comes from. */
    enum Source {
        PAYLOAD,
        /** A service did it before, on this connection. */
        ENLISTED,
        /** A service did it before, on a connection that is gone. */
        LOST
    }

    Connection connection() {
        return transaction.connection();
    }

    /** Does the work, unless a service did it before; answers why it is refused, or nothing. */
    String run(Optional<SqlWork> work, byte[] payload) throws SQLException {
        if (source == Source.ENLISTED) {
            return "";
        }
        if (source == Source.LOST) {
            return "the connection that the service worked on is closed";
        }
        if (work.isEmpty()) {
            return "this instance does no work for a payload, only for services that enlist";
        }
        transaction.begin();
        try {
            work.get().run(transaction.held().guarded(), branch, payload);
            return "";
        } catch (RefusedException e) {
            return e.getMessage();
        } catch (SQLException e) {
            return database.describe(e);
        } catch (RuntimeException e) {
            LOG.warn("the work of {} failed", branch, e);
            return "the work failed: " + e;
        } finally {
            transaction.held().settle();
        }
    }

    /** Whether what the table says of the branch can be asked in this transaction. */
    boolean looks() {
        return source != Source.ENLISTED && transaction.looksHarmlessly();
    }

    /** Whether the bound can: a branch that a service works in may keep a lock on it until it ends. */
    boolean looksAtBound() {
        return source != Source.ENLISTED || transaction.looksHarmlessly();
    }

    @Override
    public void close() {
        transaction.held().release();
        transaction.close();
    }
}
