package dev.assent.adapter.postgresql;

import dev.assent.adapter.jdbc.BranchTable;
import dev.assent.adapter.jdbc.BranchTransaction;
import dev.assent.adapter.jdbc.Connections;
import dev.assent.protocol.BranchId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;

/** A branch's transaction in PostgreSQL. */
final class PostgresqlBranch extends BranchTransaction {
    /**
     * Whether this is still the transaction that was begun, which the work may have ended by a statement of its own, and
     * still the user who can finish it, which is the one who prepares: a role that the work sets for its session would go
     * back to the pool besides. The server gives a transaction a number at its first change or row lock.
     */
    private static final String JUDGE =
            "select extract(epoch from now())::text = ? as same, current_user as role, current_user = session_user"
                    + " or (select setting = reset_val from pg_settings where name = 'role') as own,"
                    + " pg_current_xact_id_if_assigned() is not null as changed";

    private final DataSource dataSource;
    private final PreparedBranches prepared;
    private final BranchId branch;
    private final Turn turn;
    private final Object ending = new Object();
    private boolean over;

    private volatile int process;
    private volatile String processStarted = "";

    /**
     * What the server said when the branch was entered. Times are seconds of the epoch: their text does not depend on a
     * session's settings.
     *
     * @param begun when the transaction began, by the server's clock; empty if it is not the branch's own
     * @param database the oid of the database
     * @param serializable whether the server watches what the transaction reads
     * @param before what the tables said of the branch, if it was entered to prepare it at once
     */
    record Turn(String begun, long database, boolean serializable, Optional<Before> before) {
        /** The branch lies prepared, and keeps the lock. */
        static final Turn IN_VAIN = new Turn("", 0, false, Optional.empty());
    }

    PostgresqlBranch(
            DataSource dataSource, PreparedBranches prepared, Connection connection, BranchId branch, Turn turn) {
        super(connection);
        this.dataSource = dataSource;
        this.prepared = prepared;
        this.branch = branch;
        this.turn = turn;
    }

    /**
     * A prepared branch keeps the lock by which this one was entered, so whoever has got it need not ask; a service may
     * have let go of it since by ending the transaction.
     */
    @Override
    public boolean isPrepared() throws SQLException {
        return turn.before().isEmpty() && prepared.contains(connection(), branch);
    }

    @Override
    public Before before(BranchTable table, BranchId id, boolean atBound, boolean atRow) throws SQLException {
        return turn.before().isPresent() ? turn.before().get() : super.before(table, id, atBound, atRow);
    }

    /** The lock by which the branch was entered is part of the transaction, which began with it. */
    @Override
    public void begin() throws SQLException {
        if (turn.begun().isEmpty()) {
            throw new SQLException("branch " + branch + " is held by another connection");
        }
    }

    @Override
    public boolean looksHarmlessly() {
        return !turn.serializable();
    }

    @Override
    public void locate() throws SQLException {
        try (PreparedStatement statement = connection()
                        .prepareStatement(
                                "select pid, extract(epoch from backend_start)::text from pg_stat_activity where pid ="
                                        + " pg_backend_pid()");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            process = rows.getInt(1);
            processStarted = rows.getString(2);
        }
    }

    /**
     * In one statement with what speaks against it, where the work surely changed something. Otherwise the mark comes
     * after that was asked: a transaction that may only read refuses the statement, and is no NO.
     */
    @Override
    public Mark mark(BranchTable table, boolean always) throws SQLException {
        if (always || held().changed()) {
            return judge(
                    "with work as materialized (" + JUDGE + "), mark as (" + table.markFrom("work where same and own")
                            + ") select same, role, own, true from work",
                    BranchTable.mark(branch));
        }
        Mark found = judge(JUDGE);
        if (found.written()) {
            table.mark(connection(), branch);
        }
        return found;
    }

    private Mark judge(String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = connection().prepareStatement(sql)) {
            statement.setString(1, turn.begun());
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 2, arguments[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                String objection = "";
                if (!rows.getBoolean(1)) {
                    objection = "the work ended the transaction by itself: what it committed is not part of the branch"
                            + " and stays";
                } else if (!rows.getBoolean(3)) {
                    objection = "the work left role " + rows.getString(2)
                            + " set, and only that role could finish the branch: let the work end with RESET ROLE";
                }
                return new Mark(objection, objection.isEmpty() && rows.getBoolean(4));
            }
        }
    }

    @Override
    public boolean prepare() throws SQLException {
        // In one go; the look is a transaction of its own. A branch id is [a-z0-9_-], so it needs no quoting, and a
        // statement of its own text does not push others out of the driver's cache.
        try (Statement statement = connection().createStatement()) {
            statement.execute(
                    "prepare transaction '" + branch + "'; " + PreparedBranches.look(branch, turn.database()));
            statement.getMoreResults();
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next();
            }
        } catch (SQLException e) {
            // Which of the two failed?
            if (SqlState.connectionLost(e) || !preparedAfterAll()) {
                throw e;
            }
            return true;
        }
    }

    private boolean preparedAfterAll() throws SQLException {
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
        synchronized (ending) {
            // Given back: it is somebody else's by now.
            if (!over) {
                Connections.breakOff(connection());
                terminate();
            }
        }
    }

    private void terminate() throws SQLException {
        try (Connection other = dataSource.getConnection()) {
            other.setAutoCommit(true);
            try (PreparedStatement statement = other.prepareStatement("select pg_terminate_backend(pid) from"
                    + " pg_stat_activity where pid = ? and extract(epoch from backend_start)::text = ?")) {
                statement.setInt(1, process);
                statement.setString(2, processStarted);
                statement.execute();
            }
        }
    }

    @Override
    public void close() {
        synchronized (ending) {
            over = true;
        }
        Connections.giveBack(connection());
    }
}
