package dev.assent.adapter.postgresql;

import dev.assent.adapter.contract.ServerProcess;
import dev.assent.adapter.jdbc.ScriptedWork;
import dev.assent.adapter.jdbc.SqlLab;
import dev.assent.adapter.jdbc.SteppingDataSource;
import dev.assent.participant.Resource;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** PostgreSQL in the contract suite: one server for all tests of a JVM. */
final class PostgresLab extends SqlLab {
    private static final Duration LOCK_WAIT = Duration.ofMillis(500);
    private static PostgresLab shared;

    private final PostgresServer server;

    private PostgresLab(PostgresServer server) {
        super(server.dataSource());
        this.server = server;
    }

    static synchronized PostgresLab shared() throws Exception {
        if (shared == null) {
            Path directory = ServerProcess.directory("postgresql", () -> shared.server);
            PostgresServer started =
                    PostgresServer.start(directory, "max_prepared_transactions=50", "deadlock_timeout=100ms");
            started.run(ScriptedWork.TABLES.toArray(String[]::new));
            shared = new PostgresLab(started);
        }
        return shared;
    }

    PostgresServer postgres() {
        return server;
    }

    static PostgresqlBuilder builder(DataSource dataSource) {
        return PostgresqlResource.over(dataSource)
                .work(new ScriptedWork("select pg_terminate_backend(pg_backend_pid())"))
                .lockWait(LOCK_WAIT)
                .createTables(true);
    }

    @Override
    public Resource open() throws Exception {
        return builder(server.dataSource()).open();
    }

    /** In another process. */
    public static final class Elsewhere implements ResourceOpener {
        @Override
        public Resource open(List<String> arguments, Runnable step) throws Exception {
            return builder(SteppingDataSource.of(PostgresServer.dataSource(Integer.parseInt(arguments.get(0))), step))
                    .open();
        }
    }

    @Override
    public Opener opener() {
        return new Opener(Elsewhere.class, List.of(Integer.toString(server.port())));
    }

    @Override
    public Optional<Foreign> foreign() throws SQLException {
        String gid = "assent_somebody_elses-" + System.nanoTime();
        server.run("begin", "insert into seen values ('foreign')", "prepare transaction '" + gid + "'");
        return Optional.of(new Foreign() {
            @Override
            public boolean stillThere() throws SQLException {
                return count("select count(*) from pg_prepared_xacts where gid = ?", gid) == 1;
            }

            @Override
            public void remove() throws SQLException {
                server.run("rollback prepared '" + gid + "'");
            }
        });
    }

    @Override
    public Optional<Server> server() {
        return Optional.of(server);
    }
}
