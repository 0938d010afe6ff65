package dev.assent.adapter.postgresql;

import dev.assent.adapter.jdbc.BranchTable;
import dev.assent.adapter.jdbc.Dialect;
import dev.assent.adapter.jdbc.PreflightException;
import dev.assent.adapter.jdbc.SqlWork;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how a {@link PostgresqlResource} works, and opens it. For one thread. */
public final class PostgresqlBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresqlBuilder.class);
    private static final Duration DEFAULT_LOCK_WAIT = Duration.ofSeconds(5);

    private final DataSource dataSource;
    private final BranchTable table = new BranchTable(Dialect.POSTGRESQL);
    private Optional<SqlWork> work = Optional.empty();
    private Duration lockWait = DEFAULT_LOCK_WAIT;
    private boolean createTables;

    PostgresqlBuilder(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Does what an initiator's payload says. Without it only services that enlist can work here. */
    public PostgresqlBuilder work(SqlWork what) {
        work = Optional.of(what);
        return this;
    }

    /**
     * How long a statement of a branch waits for a lock before the branch votes NO; 5 s unless told. Longer rides out
     * more branches in doubt, shorter frees the others' locks sooner.
     *
     * @throws IllegalArgumentException if it is not between 1 ms and 1 hour
     */
    public PostgresqlBuilder lockWait(Duration wait) {
        if (wait.toMillis() < 1 || wait.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("lockWait is " + wait + ", its bounds are 1 ms and 1 h");
        }
        lockWait = wait;
        return this;
    }

    /** Whether {@link #open} creates the three tables where they are missing; no unless told. */
    public PostgresqlBuilder createTables(boolean create) {
        createTables = create;
        return this;
    }

    /** The statements that create the tables, for whoever owns the schema. */
    public List<String> definition() {
        return table.definition();
    }

    /**
     * Looks whether the server can keep what a vote promises, and opens the resource. What is merely tight is logged.
     *
     * @throws PreflightException if it cannot, or cannot be reached: a line for each finding, with its remedy
     */
    public PostgresqlResource open() throws PreflightException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            if (createTables) {
                table.create(connection);
            }
            Preflight preflight = new Preflight(connection, table);
            List<String> findings = preflight.findings();
            if (!findings.isEmpty()) {
                throw new PreflightException(findings);
            }
            preflight.warnings().forEach(LOG::warn);
            String identity = table.identity(connection).orElseThrow();
            return new PostgresqlResource(dataSource, work, lockWait, table, identity);
        } catch (SQLException e) {
            throw new PreflightException("PostgreSQL cannot be asked: " + SqlState.describe(e), e);
        }
    }
}
