package dev.assent.adapter.postgresql;

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
import javax.sql.DataSource;

/** What PostgreSQL has its own way of. Thread-safe. */
final class PostgresqlDatabase implements SqlDatabase {
    private final DataSource dataSource;
    private final Duration lockWait;
    private final PreparedBranches prepared;

    PostgresqlDatabase(DataSource dataSource, Duration lockWait) {
        this.dataSource = dataSource;
        this.lockWait = lockWait;
        this.prepared = new PreparedBranches(dataSource);
    }

    @Override
    public String kind() {
        return "postgresql";
    }

    @Override
    public BranchTransaction enter(BranchId branch) throws SQLException {
        Connection connection = begin();
        try {
            return new PostgresqlBranch(dataSource, prepared, connection, branch, takeTurn(connection, branch));
        } catch (SQLException e) {
            Connections.giveBack(connection);
            throw e;
        }
    }

    /**
     * Makes the calls for one branch come one after the other: the second finds what the first prepared, also where the
     * branch keeps the lock because it is prepared.
     */
    private PostgresqlBranch.Turn takeTurn(Connection connection, BranchId branch) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(lockTimeout()
                + "; select pg_advisory_xact_lock(hashtextextended(?, 0)),"
                + " extract(epoch from now())::text, current_setting('transaction_isolation') = 'serializable'")) {
            statement.setString(1, branch.toString());
            statement.execute();
            statement.getMoreResults();
            try (ResultSet rows = statement.getResultSet()) {
                rows.next();
                return new PostgresqlBranch.Turn(rows.getString(2), rows.getBoolean(3));
            }
        } catch (SQLException e) {
            if (SqlState.lockNotAvailable(e)) {
                connection.rollback();
                if (prepared.contains(connection, branch)) {
                    return new PostgresqlBranch.Turn("", false);
                }
            }
            throw e;
        }
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
