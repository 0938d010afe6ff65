package dev.assent.adapter.postgresql;

import dev.assent.adapter.jdbc.BranchTransaction;
import dev.assent.adapter.jdbc.Connections;
import dev.assent.protocol.BranchId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** A branch's transaction in PostgreSQL. */
final class PostgresqlBranch extends BranchTransaction {
    private final DataSource dataSource;
    private final PreparedBranches prepared;
    private final BranchId branch;
    private final String begun;
    private volatile int process;
    private volatile String processStarted = "";

    /** @param begun when the transaction began, by the server's clock */
    PostgresqlBranch(
            DataSource dataSource, PreparedBranches prepared, Connection connection, BranchId branch, String begun) {
        super(connection);
        this.dataSource = dataSource;
        this.prepared = prepared;
        this.branch = branch;
        this.begun = begun;
    }

    @Override
    public boolean isPrepared() throws SQLException {
        return prepared.contains(connection(), branch);
    }

    /** The lock by which the branch was entered is part of the transaction, which began with it. */
    @Override
    public void begin() throws SQLException {
        if (begun.isEmpty()) {
            throw new SQLException("branch " + branch + " is held by another connection");
        }
    }

    @Override
    public void locate() throws SQLException {
        try (PreparedStatement statement = connection()
                        .prepareStatement(
                                "select pid, backend_start::text from pg_stat_activity where pid = pg_backend_pid()");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            process = rows.getInt(1);
            processStarted = rows.getString(2);
        }
    }

    /** Whether this is still the transaction that was begun: the work may have ended it by a statement of its own. */
    @Override
    public String objection() throws SQLException {
        try (PreparedStatement statement = connection().prepareStatement("select now()::text = ?")) {
            statement.setString(1, begun);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getBoolean(1)
                        ? ""
                        : "the work ended the transaction by itself: what it committed is not part of the branch and"
                                + " stays";
            }
        }
    }

    /** Whether the server gave the transaction a number, which it does at the first change or row lock. */
    @Override
    public boolean changedAnything() throws SQLException {
        try (Statement statement = connection().createStatement();
                ResultSet rows = statement.executeQuery("select pg_current_xact_id_if_assigned()")) {
            rows.next();
            return rows.getString(1) != null;
        }
    }

    @Override
    public boolean prepare() throws SQLException {
        try (Statement statement = connection().createStatement()) {
            statement.execute("prepare transaction '" + branch + "'");
        }
        try {
            return isPrepared();
        } catch (SQLException e) {
            throw unknown(branch, e);
        }
    }

    @Override
    public void commit() throws SQLException {
        PostgresqlDatabase.commitDurably(connection());
    }

    @Override
    public void end() throws SQLException {
        Connections.breakOff(connection());
        try (Connection other = dataSource.getConnection()) {
            other.setAutoCommit(true);
            try (PreparedStatement statement = other.prepareStatement("select pg_terminate_backend(pid) from"
                    + " pg_stat_activity where pid = ? and backend_start::text = ?")) {
                statement.setInt(1, process);
                statement.setString(2, processStarted);
                statement.execute();
            }
        }
    }

    @Override
    public void close() {
        Connections.giveBack(connection());
    }
}
