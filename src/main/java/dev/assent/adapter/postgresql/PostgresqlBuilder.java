package dev.assent.adapter.postgresql;

import dev.assent.adapter.jdbc.BranchTable;
import dev.assent.adapter.jdbc.Dialect;
import dev.assent.adapter.jdbc.SqlBuilder;
import dev.assent.adapter.jdbc.SqlWork;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Says how a {@link PostgresqlResource} works, and opens it. For one thread. */
public final class PostgresqlBuilder extends SqlBuilder<PostgresqlResource, PostgresqlBuilder> {
    PostgresqlBuilder(DataSource dataSource) {
        super(dataSource, Dialect.POSTGRESQL);
    }

    @Override
    protected PostgresqlBuilder self() {
        return this;
    }

    @Override
    protected List<String> findings(Connection connection, BranchTable table) throws SQLException {
        return new Preflight(connection, table).findings();
    }

    @Override
    protected List<String> warnings(Connection connection) throws SQLException {
        return Preflight.warnings(connection);
    }

    @Override
    protected String product() {
        return "PostgreSQL";
    }

    @Override
    protected String describe(SQLException failure) {
        return SqlState.describe(failure);
    }

    @Override
    protected PostgresqlResource build(
            DataSource dataSource, BranchTable table, Optional<SqlWork> work, Duration lockWait, String identity) {
        return new PostgresqlResource(dataSource, table, work, lockWait, identity);
    }
}
