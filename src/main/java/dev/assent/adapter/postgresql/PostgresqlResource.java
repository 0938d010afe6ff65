package dev.assent.adapter.postgresql;

import dev.assent.adapter.jdbc.BranchTable;
import dev.assent.adapter.jdbc.SqlResource;
import dev.assent.adapter.jdbc.SqlWork;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * A PostgreSQL database as a participant: the work of a branch is one transaction, prepared with {@code PREPARE
 * TRANSACTION} under the branch's id and finished from any connection with {@code COMMIT PREPARED} or {@code ROLLBACK
 * PREPARED}.
 *
 * <p>YES is voted only after the branch was seen in {@code pg_prepared_xacts}: PostgreSQL answers PREPARE of a
 * transaction that failed before with a rollback and no error. Each branch writes a row of its own ({@link
 * BranchTable}), which proves its commit; a rollback leaves a fence on the same key, so that a late prepare fails. A
 * branch that was given no transaction number by the server changed and locked nothing, and votes READ_ONLY: also one that only notifies, since PostgreSQL prepares nothing that
 * uses {@code NOTIFY}.
 *
 * <p>The server needs {@code max_prepared_transactions} above the number of branches at once, and the user the right to
 * work on the three tables; only the user who prepared, or a superuser, can finish a branch. Works over any {@link
 * DataSource}; a connection of a pool is given back only when no transaction is open on it. Thread-safe.
 */
public final class PostgresqlResource extends SqlResource {
    PostgresqlResource(
            DataSource dataSource, BranchTable table, Optional<SqlWork> work, Duration lockWait, String identity) {
        super(new PostgresqlDatabase(dataSource, table, lockWait), table, work, identity);
    }

    /** The database that {@code dataSource} connects to. */
    public static PostgresqlBuilder over(DataSource dataSource) {
        return new PostgresqlBuilder(dataSource);
    }
}
