package dev.assent.adapter.xa;

import dev.assent.adapter.contract.ServerProcess;
import dev.assent.adapter.jdbc.Dialect;
import dev.assent.adapter.jdbc.JdbcBranch;
import dev.assent.adapter.jdbc.ScriptedWork;
import dev.assent.adapter.jdbc.SqlLab;
import dev.assent.adapter.jdbc.SteppingDataSource;
import dev.assent.adapter.postgresql.PostgresServer;
import dev.assent.participant.EnlistableResource;
import dev.assent.participant.Resource;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.XADataSource;
import org.postgresql.xa.PGXADataSource;

/** PostgreSQL over its driver's XA in the contract suite: one server for all tests of a JVM. */
final class XaDatabaseLab extends SqlLab {
    private static XaDatabaseLab shared;

    private final PostgresServer server;

    private XaDatabaseLab(PostgresServer server) {
        super(server.dataSource());
        this.server = server;
    }

    static synchronized XaDatabaseLab shared() throws Exception {
        if (shared == null) {
            Path directory = ServerProcess.directory("postgresql-xa", () -> shared.server);
            PostgresServer started =
                    PostgresServer.start(directory, "max_prepared_transactions=50", "deadlock_timeout=100ms");
            started.run(ScriptedWork.TABLES.toArray(String[]::new));
            shared = new XaDatabaseLab(started);
        }
        return shared;
    }

    PostgresServer postgres() {
        return server;
    }

    static XADataSource dataSource(int port) {
        PGXADataSource source = new PGXADataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName("postgres");
        source.setUser("postgres");
        source.setConnectTimeout(5);
        return source;
    }

    XADataSource dataSource() {
        return dataSource(server.port());
    }

    static XaDatabase builder(XADataSource dataSource) {
        return XaDatabase.over(dataSource)
                .work(new ScriptedWork("select pg_terminate_backend(pg_backend_pid())"))
                .statementTimeout(Duration.ofSeconds(1))
                .evidence(Dialect.POSTGRESQL)
                .createTables(true);
    }

    @Override
    public EnlistableResource<JdbcBranch> open() throws Exception {
        return builder(dataSource()).open();
    }

    /** In another process. */
    public static final class Elsewhere implements ResourceOpener {
        @Override
        public Resource open(List<String> arguments, Runnable step) throws Exception {
            return builder(SteppingDataSource.of(dataSource(Integer.parseInt(arguments.get(0))), step))
                    .open();
        }
    }

    @Override
    public Opener opener() {
        return new Opener(Elsewhere.class, List.of(Integer.toString(server.port())));
    }

    /** XA over this driver does not tell. */
    @Override
    public Optional<byte[]> reading() {
        return Optional.empty();
    }

    @Override
    public Optional<Foreign> foreign() throws SQLException {
        String gid = "somebody-" + System.nanoTime();
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
