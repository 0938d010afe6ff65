package dev.assent.adapter.mariadb;

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

/** Says how a {@link MariaDbResource} works, and opens it. Lock waits count in whole seconds there. For one thread. */
public final class MariaDbBuilder extends SqlBuilder<MariaDbResource, MariaDbBuilder> {
    MariaDbBuilder(DataSource dataSource) {
        super(dataSource, Dialect.MARIADB);
    }

    @Override
    protected MariaDbBuilder self() {
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
        return "MariaDB";
    }

    @Override
    protected String describe(SQLException failure) {
        return ErrorCode.describe(failure);
    }

    @Override
    protected MariaDbResource build(
            DataSource dataSource, BranchTable table, Optional<SqlWork> work, Duration lockWait, String identity) {
        return new MariaDbResource(dataSource, table, work, lockWait, identity);
    }
}
