package dev.assent.adapter.xa;

import dev.assent.adapter.jdbc.BranchTable;
import dev.assent.adapter.jdbc.BranchTable.Standing;
import dev.assent.protocol.BranchId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evidence in {@link BranchTable}. Proof and fence have the same key, so the database itself lets only one of them be.
 * Thread-safe.
 */
final class TableEvidence implements Evidence<JdbcLink> {
    private static final Logger LOG = LoggerFactory.getLogger(TableEvidence.class);

    private final BranchTable table;
    private final Set<UUID> expected = ConcurrentHashMap.newKeySet();

    TableEvidence(BranchTable table) {
        this.table = table;
    }

    private interface Step<T> {
        T on(Connection connection) throws SQLException;
    }

    private interface End {
        void of(Connection connection) throws SQLException;
    }

    private static <T> T committed(JdbcLink link, Step<T> step) throws SQLException {
        return ended(link, step, Connection::commit);
    }

    /** A local transaction; the connection is in no branch. */
    private static <T> T ended(JdbcLink link, Step<T> step, End end) throws SQLException {
        Connection connection = link.connection();
        connection.setAutoCommit(false);
        try {
            T result = step.on(connection);
            end.of(connection);
            return result;
        } catch (SQLException e) {
            try {
                connection.rollback();
            } catch (SQLException second) {
                LOG.debug("a failed transaction was not rolled back in an orderly way", second);
            }
            throw e;
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    @Override
    public String keeper() {
        return "table assent_branch";
    }

    @Override
    public void expect(JdbcLink link, UUID installation) throws SQLException {
        if (!expected.contains(installation)) {
            committed(link, connection -> {
                table.ensureBound(connection, installation);
                return true;
            });
            expected.add(installation);
        }
    }

    @Override
    public void mark(JdbcLink link, BranchId branch) throws SQLException {
        table.mark(link.connection(), branch);
    }

    @Override
    public Standing standing(JdbcLink link, BranchId branch) throws SQLException {
        return committed(link, connection -> table.standing(connection, branch));
    }

    @Override
    public boolean forgotten(JdbcLink link, BranchId branch) throws SQLException {
        return committed(link, connection -> table.forgotten(connection, branch));
    }

    /** A fence cannot be there beside the prepared proof; only a dropped one is told by the bound. */
    @Override
    public boolean tooLate(JdbcLink link, BranchId branch) throws SQLException {
        return forgotten(link, branch);
    }

    @Override
    public Standing fence(JdbcLink link, BranchId branch) throws SQLException {
        return committed(link, connection -> table.fence(connection, branch));
    }

    /** Waits on the key of the proof, and leaves nothing there. */
    @Override
    public void settle(JdbcLink link, BranchId branch) throws SQLException {
        ended(link, connection -> table.fence(connection, branch), Connection::rollback);
    }

    @Override
    public void committed(BranchId branch) {
        LOG.trace("{}: committed", branch);
    }

    @Override
    public void forget(JdbcLink link, UUID installation, long generation) throws SQLException {
        boolean more = committed(link, connection -> table.raiseBound(connection, installation, generation));
        while (more) {
            more = committed(link, connection -> table.drop(connection, installation, generation));
        }
    }
}
