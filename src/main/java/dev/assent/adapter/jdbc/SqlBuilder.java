package dev.assent.adapter.jdbc;

import dev.assent.adapter.PreflightException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says how a SQL database works as a participant, and opens it. For one thread.
 *
 * @param <R> what is opened
 * @param <B> the builder's own type
 */
public abstract class SqlBuilder<R extends SqlResource, B extends SqlBuilder<R, B>> {
    private static final Logger LOG = LoggerFactory.getLogger(SqlBuilder.class);
    private static final Duration DEFAULT_LOCK_WAIT = Duration.ofSeconds(5);
    private static final int CREATE_TRIES = 5;

    private final DataSource dataSource;
    private final BranchTable table;
    private Optional<SqlWork> work = Optional.empty();
    private Duration lockWait = DEFAULT_LOCK_WAIT;
    private boolean createTables;

    protected SqlBuilder(DataSource dataSource, Dialect dialect) {
        this.dataSource = dataSource;
        this.table = new BranchTable(dialect);
    }

    protected abstract B self();

    /** Why the server will not do, a line for each finding, with its remedy. */
    protected abstract List<String> findings(Connection connection, BranchTable table) throws SQLException;

    /** What is merely tight. */
    protected abstract List<String> warnings(Connection connection) throws SQLException;

    /** What the database is called. */
    protected abstract String product();

    /** One line for people. */
    protected abstract String describe(SQLException failure);

    protected abstract R build(
            DataSource dataSource, BranchTable table, Optional<SqlWork> work, Duration lockWait, String identity);

    /** Does what an initiator's payload says. Without it only services that enlist can work here. */
    public final B work(SqlWork what) {
        work = Optional.of(what);
        return self();
    }

    /**
     * How long a statement of a branch waits for a lock before the branch votes NO; 5 s unless told. Longer rides out
     * more branches in doubt, shorter frees the others' locks sooner.
     *
     * @throws IllegalArgumentException if it is not between 1 ms and 1 hour
     */
    public final B lockWait(Duration wait) {
        if (wait.toMillis() < 1 || wait.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("lockWait is " + wait + ", its bounds are 1 ms and 1 h");
        }
        lockWait = wait;
        return self();
    }

    /** Whether {@link #open} creates the three tables where they are missing; no unless told. */
    public final B createTables(boolean create) {
        createTables = create;
        return self();
    }

    /** The statements that create the tables, for whoever owns the schema. */
    public final List<String> definition() {
        return table.definition();
    }

    /**
     * Looks whether the server can keep what a vote promises, and opens the resource. What is merely tight is logged.
     *
     * @throws PreflightException if it cannot, or cannot be reached: a line for each finding, with its remedy
     */
    public final R open() throws PreflightException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            List<String> findings = new ArrayList<>();
            if (connection.isReadOnly()) {
                findings.add("its connections are read-only, and each branch writes: set readOnly = false in the"
                        + " DataSource or its pool");
            } else if (createTables) {
                create(connection).ifPresent(findings::add);
            }
            findings.addAll(findings(connection, table));
            if (!findings.isEmpty()) {
                throw new PreflightException(findings);
            }
            warnings(connection).forEach(LOG::warn);
            BranchTable located = table.located(connection);
            String identity = located.identity(connection).orElseThrow();
            return build(dataSource, located, work, lockWait, identity);
        } catch (SQLException | RuntimeException e) {
            throw new PreflightException(
                    product() + " cannot be asked: " + told(e)
                            + "; see that the server runs and that address, database, user and password are right",
                    e);
        }
    }

    /** A pool says only that it has no connection; what the driver said is its cause. */
    private String told(Exception e) {
        String outer = e instanceof SQLException sql ? describe(sql) : e.toString();
        Throwable inner = e;
        while (inner.getCause() != null) {
            inner = inner.getCause();
        }
        String message = inner.getMessage() == null ? inner.toString() : inner.getMessage();
        return outer.contains(message) ? outer : outer + ": " + message;
    }

    private Optional<String> create(Connection connection) {
        String failure = "";
        // "if not exists" is no protection against somebody who creates them at the same time.
        for (int i = 0; i < CREATE_TRIES; i++) {
            try {
                table.create(connection);
                return Optional.empty();
            } catch (SQLException e) {
                failure = describe(e);
            }
        }
        return Optional.of("the tables cannot be created: " + failure
                + "; let whoever owns the schema run what definition() says, or grant the right to create");
    }
}
