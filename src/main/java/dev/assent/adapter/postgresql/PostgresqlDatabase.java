package dev.assent.adapter.postgresql;

import dev.assent.adapter.jdbc.BranchTable;
import dev.assent.adapter.jdbc.BranchTransaction;
import dev.assent.adapter.jdbc.Connections;
import dev.assent.adapter.jdbc.SqlDatabase;
import dev.assent.adapter.jdbc.SqlTransaction;
import dev.assent.protocol.BranchId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** What PostgreSQL has its own way of. Thread-safe. */
final class PostgresqlDatabase implements SqlDatabase {
    private final DataSource dataSource;
    private final Duration lockWait;
    private final PreparedBranches prepared;
    private final String enter;
    private final String enterAndLook;

    PostgresqlDatabase(DataSource dataSource, BranchTable table, Duration lockWait) {
        this.dataSource = dataSource;
        this.lockWait = lockWait;
        this.prepared = new PreparedBranches(dataSource);
        String serializable = "current_setting('transaction_isolation') = 'serializable'";
        String turn = lockTimeout() + "; select pg_advisory_xact_lock(hashtextextended(?, 0)); select"
                + " extract(epoch from now())::text, (select oid from pg_database where datname = current_database()), "
                + serializable;
        this.enter = turn;
        // A statement after the lock, so that it sees what the lock was waited for. What is not asked is not
        // remembered.
        this.enterAndLook = turn
                + table.look().stream()
                        .map(column -> ", case when not " + serializable + " then " + column + " end")
                        .collect(Collectors.joining());
    }

    @Override
    public String kind() {
        return "postgresql";
    }

    @Override
    public BranchTransaction enter(BranchId branch, boolean toPrepare) throws SQLException {
        Connection connection = begin();
        try {
            PostgresqlBranch.Turn turn = takeTurn(connection, branch, toPrepare);
            return new PostgresqlBranch(dataSource, prepared, connection, branch, turn);
        } catch (SQLException e) {
            Connections.giveBack(connection);
            throw e;
        }
    }

    /**
     * Makes the calls for one branch come one after the other: the second finds what the first prepared, also where the
     * branch keeps the lock because it is prepared.
     */
    private PostgresqlBranch.Turn takeTurn(Connection connection, BranchId branch, boolean look) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(look ? enterAndLook : enter)) {
            statement.setString(1, branch.toString());
            if (look) {
                statement.setString(2, branch.toString());
                statement.setString(3, branch.installation().toString());
            }
            statement.execute();
            statement.getMoreResults();
            statement.getMoreResults();
            try (ResultSet rows = statement.getResultSet()) {
                rows.next();
                boolean serializable = rows.getBoolean(3);
                return new PostgresqlBranch.Turn(
                        rows.getString(1),
                        rows.getLong(2),
                        serializable,
                        look && !serializable ? Optional.of(before(rows, branch)) : Optional.empty());
            }
        } catch (SQLException e) {
            if (SqlState.lockNotAvailable(e)) {
                connection.rollback();
                if (prepared.contains(connection, branch)) {
                    return PostgresqlBranch.Turn.IN_VAIN;
                }
            }
            throw e;
        }
    }

    private static BranchTransaction.Before before(ResultSet rows, BranchId branch) throws SQLException {
        // Null is no bound, and is read as 0.
        boolean forgotten = branch.transaction().generation() < rows.getLong(5);
        return new BranchTransaction.Before(forgotten, BranchTable.standing(rows.getString(4)));
    }

    @Override
    public SqlTransaction maintenance() throws SQLException {
        Connection connection = begin();
        try (Statement statement = connection.createStatement()) {
            statement.execute(lockTimeout() + "; set transaction isolation level read committed");
            return new Maintenance(connection);
        } catch (SQLException e) {
            Connections.giveBack(connection);
            throw e;
        }
    }

    private Connection begin() throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            Connections.giveBack(connection);
            throw e;
        }
    }

    /** The first statement of each transaction. */
    private String lockTimeout() {
        return "set local lock_timeout = " + lockWait.toMillis();
    }

    private static final class Maintenance extends SqlTransaction {
        Maintenance(Connection connection) {
            super(connection);
        }

        @Override
        public void commit() throws SQLException {
            commitDurably(connection());
        }

        @Override
        public void close() {
            Connections.giveBack(connection());
        }
    }

    /** Commits, durably whatever the server's default is. */
    static void commitDurably(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local synchronous_commit = on");
        }
        connection.commit();
    }

    @Override
    public Collection<BranchId> prepared(String participant) throws SQLException {
        return prepared.of(participant);
    }

    @Override
    public boolean commit(BranchId branch) throws SQLException {
        return prepared.commit(branch);
    }

    @Override
    public boolean rollback(BranchId branch) throws SQLException {
        return prepared.rollback(branch);
    }

    @Override
    public boolean connectionLost(SQLException failure) {
        return SqlState.connectionLost(failure);
    }

    @Override
    public String describe(SQLException failure) {
        return SqlState.describe(failure);
    }

    @Override
    public String listing() {
        return "pg_prepared_xacts";
    }
}
