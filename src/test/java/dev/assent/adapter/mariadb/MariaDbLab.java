package dev.assent.adapter.mariadb;

import dev.assent.adapter.contract.ServerProcess;
import dev.assent.adapter.jdbc.ScriptedWork;
import dev.assent.adapter.jdbc.SqlLab;
import dev.assent.adapter.jdbc.SteppingDataSource;
import dev.assent.adapter.xa.BranchXid;
import dev.assent.participant.Resource;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** MariaDB in the contract suite: one server for all tests of a JVM. */
final class MariaDbLab extends SqlLab {
    private static final Duration LOCK_WAIT = Duration.ofMillis(500);
    private static MariaDbLab shared;

    private final MariaDbServer server;

    private MariaDbLab(MariaDbServer server) throws SQLException {
        super(server.dataSource());
        this.server = server;
    }

    static synchronized MariaDbLab shared() throws Exception {
        if (shared == null) {
            Path directory = ServerProcess.directory("mariadb", () -> shared.server);
            MariaDbServer started = MariaDbServer.start(directory);
            started.run(ScriptedWork.TABLES.toArray(String[]::new));
            shared = new MariaDbLab(started);
        }
        return shared;
    }

    MariaDbServer mariadb() {
        return server;
    }

    static MariaDbBuilder builder(DataSource dataSource) {
        return MariaDbResource.over(dataSource)
                .work(new ScriptedWork("kill connection connection_id()"))
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
            return builder(SteppingDataSource.of(
                            MariaDbServer.dataSource(Integer.parseInt(arguments.get(0)), "root"), step))
                    .open();
        }
    }

    @Override
    public Opener opener() {
        return new Opener(Elsewhere.class, List.of(Integer.toString(server.port())));
    }

    @Override
    public Optional<Foreign> foreign() throws SQLException {
        String xid = "'somebody else','" + System.nanoTime() + "'," + BranchXid.FORMAT;
        server.run("xa start " + xid, "insert into seen values ('foreign')", "xa end " + xid, "xa prepare " + xid);
        return Optional.of(new Foreign() {
            @Override
            public boolean stillThere() throws SQLException {
                return server.xids().contains(xid);
            }

            @Override
            public void remove() throws SQLException {
                server.run("xa rollback " + xid);
            }
        });
    }

    @Override
    public Optional<Server> server() {
        return Optional.of(server);
    }
}
