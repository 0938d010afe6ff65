package dev.assent.adapter.postgresql;

import dev.assent.protocol.BranchId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** The branches that lie prepared in this database. Thread-safe. */
final class PreparedBranches {
    private static final String LOOK =
            "select 1 from pg_prepared_xacts where gid = ? and database = current_database()";

    private static final String OWN = "assent\\_%";

    private final DataSource dataSource;

    PreparedBranches(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    boolean contains(Connection connection, BranchId branch) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOOK)) {
            statement.setString(1, branch.toString());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    /**
     * Finds a row where the branch lies prepared in the database with that oid. It asks the function that the view {@code
     * pg_prepared_xacts} shows, for a statement that is planned each time: the view's joins take longer than the look.
     */
    static String look(BranchId branch, long database) {
        return "select 1 from pg_prepared_xact() where gid = '" + branch + "' and dbid = " + database;
    }

    /** Those of {@code participant}, whatever their installation and attempt. */
    List<BranchId> of(String participant) throws SQLException {
        List<BranchId> found = new ArrayList<>();
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            try (PreparedStatement statement = connection.prepareStatement(
                    "select gid from pg_prepared_xacts where database = current_database() and gid like ?")) {
                statement.setString(1, OWN);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        BranchId.tryParse(rows.getString(1))
                                .filter(branch -> branch.participant().equals(participant))
                                .ifPresent(found::add);
                    }
                }
            }
        }
        return found;
    }

    /** Answers false where there is no such prepared transaction; any other failure is thrown, and asked again. */
    boolean commit(BranchId branch) throws SQLException {
        return finish("commit prepared", branch);
    }

    /** As {@link #commit}. */
    boolean rollback(BranchId branch) throws SQLException {
        return finish("rollback prepared", branch);
    }

    // A branch id is [a-z0-9_-], so it needs no quoting; the statement takes no parameters.
    private boolean finish(String how, BranchId branch) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                statement.execute(how + " '" + branch + "'");
                return true;
            } catch (SQLException e) {
                if (SqlState.noSuchBranch(e)) {
                    return false;
                }
                throw e;
            }
        }
    }
}
