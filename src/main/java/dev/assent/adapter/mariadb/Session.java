package dev.assent.adapter.mariadb;

import dev.assent.adapter.jdbc.Connections;
import dev.assent.adapter.xa.BranchXid;
import dev.assent.protocol.BranchId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * A connection with the adapter's own waits on it, which go when it is given back. A lock of a prepared branch is not
 * waited for longer than these, nor one that a backup has on everything. For one thread.
 */
final class Session implements AutoCloseable {
    private final Connection connection;
    private final int waitSeconds;

    private Session(Connection connection, int waitSeconds) {
        this.connection = connection;
        this.waitSeconds = waitSeconds;
    }

    static Session open(DataSource dataSource, int waitSeconds) throws SQLException {
        Session session = new Session(dataSource.getConnection(), waitSeconds);
        try {
            session.connection.setAutoCommit(true);
            session.execute("set @assent_row_wait = @@session.innodb_lock_wait_timeout,"
                    + " @assent_table_wait = @@session.lock_wait_timeout, session innodb_lock_wait_timeout = "
                    + waitSeconds + ", session lock_wait_timeout = " + waitSeconds);
            return session;
        } catch (SQLException e) {
            Connections.breakOff(session.connection);
            throw e;
        }
    }

    Connection connection() {
        return connection;
    }

    int waitSeconds() {
        return waitSeconds;
    }

    /** Answers the number of the first warning, or 0. */
    int execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            SQLWarning warning = statement.getWarnings();
            return warning == null ? 0 : warning.getErrorCode();
        }
    }

    /** Answers the first value, or nothing where that is null. */
    Optional<String> ask(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
        }
    }

    /** Rows that the session wrote, changed or deleted since it began, not counting those of hidden temporary tables. */
    long writes() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("show session status where variable_name in"
                        + " ('Handler_write', 'Handler_update', 'Handler_delete')")) {
            long sum = 0;
            while (rows.next()) {
                sum += rows.getLong(2);
            }
            return sum;
        }
    }

    /** The prepared branches of the server that have Assent's form. */
    List<BranchId> prepared() throws SQLException {
        List<BranchId> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("xa recover")) {
            while (rows.next()) {
                if (rows.getLong(1) == BranchXid.FORMAT) {
                    BranchXid.parse(BranchXid.FORMAT, rows.getBytes(4)).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    /** Carries out a statement on an xid; answers false where the server says that there is none. */
    boolean finish(String how, BranchId branch) throws SQLException {
        try {
            execute(how + " " + BranchXid.of(branch));
            return true;
        } catch (SQLException e) {
            if (ErrorCode.unknownXid(e)) {
                return false;
            }
            throw e;
        }
    }

    /** Gives the connection back after {@code cleaning}; breaks it off where that fails. */
    void giveBack(Connections.Cleaning cleaning) {
        Connections.giveBack(connection, real -> {
            cleaning.clean(real);
            execute("set session innodb_lock_wait_timeout = @assent_row_wait, session lock_wait_timeout ="
                    + " @assent_table_wait");
        });
    }

    void breakOff() {
        Connections.breakOff(connection);
    }

    @Override
    public void close() {
        giveBack(Connection::rollback);
    }
}
