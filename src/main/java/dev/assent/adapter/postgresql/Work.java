package dev.assent.adapter.postgresql;

import dev.assent.adapter.jdbc.HeldConnection;
import dev.assent.adapter.jdbc.RefusedException;
import dev.assent.adapter.jdbc.SqlWork;
import dev.assent.protocol.BranchId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction on one connection, from its begin to the moment the connection goes back with nothing open on it: what
 * was not ended is rolled back by close. For one thread.
 */
final class Work implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Work.class);

    /** Where the work comes from. */
    enum Source {
        PAYLOAD,
        /** A service did it before, on this connection. */
        ENLISTED,
        /** A service did it before, on a connection that is gone. */
        LOST,
        /** The adapter's own. */
        OWN
    }

    private final HeldConnection held;
    private final Optional<BranchId> branch;
    private final String begun;
    private final Source source;

    Work(HeldConnection held, Optional<BranchId> branch, String begun, Source source) {
        this.held = held;
        this.branch = branch;
        this.begun = begun;
        this.source = source;
    }

    Connection connection() {
        return held.real();
    }

    /** Does the work, unless a service did it before; answers why it is refused, or nothing. */
    String run(Optional<SqlWork> work, byte[] payload) {
        switch (source) {
            case ENLISTED -> {
                return "";
            }
            case LOST -> {
                return "the connection that the service worked on is closed";
            }
            default -> {}
        }
        if (work.isEmpty()) {
            return "this instance does no work for a payload, only for services that enlist";
        }
        try {
            work.get().run(held.guarded(), branch.orElseThrow(), payload);
            return "";
        } catch (RefusedException e) {
            return e.getMessage();
        } catch (SQLException e) {
            return SqlState.describe(e);
        } catch (RuntimeException e) {
            LOG.warn("the work of {} failed", branch.orElseThrow(), e);
            return "the work failed: " + e;
        } finally {
            held.release();
        }
    }

    /** Whether this is still the transaction that was begun: the work may have ended it by a statement of its own. */
    boolean sameTransaction() throws SQLException {
        try (PreparedStatement statement = connection().prepareStatement("select now()::text = ?")) {
            statement.setString(1, begun);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getBoolean(1);
            }
        }
    }

    /** Whether the server gave the transaction a number, which it does at the first change or row lock. */
    boolean changedAnything() throws SQLException {
        try (Statement statement = connection().createStatement();
                ResultSet rows = statement.executeQuery("select pg_current_xact_id_if_assigned()")) {
            rows.next();
            return rows.getString(1) != null;
        }
    }

    void prepareTransaction() throws SQLException {
        try (Statement statement = connection().createStatement()) {
            statement.execute("prepare transaction '" + branch.orElseThrow() + "'");
        }
    }

    /** Commits, durably whatever the server's default is. */
    void commit() throws SQLException {
        try (Statement statement = connection().createStatement()) {
            statement.execute("set local synchronous_commit = on");
        }
        connection().commit();
    }

    @Override
    public void close() {
        held.release();
        Connections.giveBack(connection());
    }
}
