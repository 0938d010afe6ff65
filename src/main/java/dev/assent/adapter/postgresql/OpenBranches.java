package dev.assent.adapter.postgresql;

import dev.assent.adapter.jdbc.BranchTable;
import dev.assent.adapter.jdbc.HeldConnection;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/** Begins the transactions of branches, and keeps those that services work in. Thread-safe. */
final class OpenBranches {
    private static final int ANSWERS_KEPT = 1_024;

    /** What a service works in, and how to find its server process. */
    private record Open(HeldConnection connection, String begun, int process, String started) {}

    private final DataSource dataSource;
    private final Duration lockWait;
    private final BranchTable table;
    private final PreparedBranches prepared;
    private final Map<BranchId, Open> open = new ConcurrentHashMap<>();
    private final Set<UUID> installations = ConcurrentHashMap.newKeySet();
    /** What became of enlisted branches: their work cannot be done again. */
    private final Map<BranchId, Prepared> answers = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<BranchId, Prepared> eldest) {
            return size() > ANSWERS_KEPT;
        }
    });

    OpenBranches(DataSource dataSource, Duration lockWait, BranchTable table, PreparedBranches prepared) {
        this.dataSource = dataSource;
        this.lockWait = lockWait;
        this.table = table;
        this.prepared = prepared;
    }

    /** A transaction of the adapter's own. */
    Work maintenance() throws SQLException {
        Connection connection = begin();
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction isolation level read committed");
            return new Work(new HeldConnection(connection), Optional.empty(), "", Work.Source.OWN);
        } catch (SQLException e) {
            Connections.giveBack(connection);
            throw e;
        }
    }

    /** Opens the branch for a service; answers the same connection while it is open. */
    HeldConnection enlist(BranchId branch) throws SQLException {
        Open before = open.get(branch);
        if (before != null) {
            return before.connection();
        }
        ensureBound(branch.installation());
        Connection connection = begin();
        try {
            String begun = enter(connection, branch);
            Open opened = describe(connection, begun);
            Open other = open.putIfAbsent(branch, opened);
            if (other != null) {
                Connections.giveBack(connection);
                return other.connection();
            }
            return opened.connection();
        } catch (SQLException e) {
            Connections.giveBack(connection);
            throw e;
        }
    }

    private static Open describe(Connection connection, String begun) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                        "select pid, backend_start::text from pg_stat_activity where pid = pg_backend_pid()");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return new Open(new HeldConnection(connection), begun, rows.getInt(1), rows.getString(2));
        }
    }

    /** What was answered for an enlisted branch before. */
    Optional<Prepared> answer(BranchId branch) {
        return Optional.ofNullable(answers.get(branch));
    }

    /** The branch's transaction: the one that a service worked in, or a new one. */
    Work take(BranchId branch) throws SQLException {
        Open enlisted = open.get(branch);
        if (enlisted != null) {
            enlisted.connection().release();
            if (!enlisted.connection().real().isClosed()) {
                return new Work(enlisted.connection(), Optional.of(branch), enlisted.begun(), Work.Source.ENLISTED);
            }
        }
        ensureBound(branch.installation());
        Connection connection = begin();
        try {
            String begun = enter(connection, branch);
            return new Work(
                    new HeldConnection(connection),
                    Optional.of(branch),
                    begun,
                    enlisted == null ? Work.Source.PAYLOAD : Work.Source.LOST);
        } catch (SQLException e) {
            Connections.giveBack(connection);
            throw e;
        }
    }

    /** Remembers the answer of a branch that a service worked in. */
    void answered(BranchId branch, Prepared answer) {
        if (open.containsKey(branch)) {
            answers.put(branch, answer);
            open.remove(branch);
        }
    }

    /** Ends what a service works in, also in the middle of a statement. */
    void discard(BranchId branch) throws SQLException {
        Open enlisted = open.get(branch);
        if (enlisted == null) {
            return;
        }
        enlisted.connection().release();
        Connections.breakOff(enlisted.connection().real());
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            try (PreparedStatement statement = connection.prepareStatement("select pg_terminate_backend(pid) from"
                    + " pg_stat_activity where pid = ? and backend_start::text = ?")) {
                statement.setInt(1, enlisted.process());
                statement.setString(2, enlisted.started());
                statement.execute();
            }
        }
        answered(branch, Prepared.no("branch " + branch + " was rolled back before"));
    }

    private Connection begin() throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("set local lock_timeout = " + lockWait.toMillis());
            }
            return connection;
        } catch (SQLException e) {
            Connections.giveBack(connection);
            throw e;
        }
    }

    /**
     * Makes the calls for one branch come one after the other: the second finds what the first prepared, also where the
     * branch keeps the lock because it is prepared. Answers when the transaction began.
     */
    private String enter(Connection connection, BranchId branch) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select pg_advisory_xact_lock(hashtextextended(?, 0)), now()::text")) {
            statement.setString(1, branch.toString());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(2);
            }
        } catch (SQLException e) {
            if (SqlState.lockNotAvailable(e)) {
                connection.rollback();
                if (prepared.contains(connection, branch)) {
                    return "";
                }
            }
            throw e;
        }
    }

    // Before the branch's own connection is taken: a pool of one must do.
    private void ensureBound(UUID installation) throws SQLException {
        if (installations.contains(installation)) {
            return;
        }
        try (Work own = maintenance()) {
            table.ensureBound(own.connection(), installation);
            own.commit();
        }
        installations.add(installation);
    }
}
