package dev.assent.adapter.postgresql;

import dev.assent.Await;
import dev.assent.adapter.contract.ResourceLab;
import dev.assent.adapter.contract.ServerProcess;
import dev.assent.zookeeper.ZooKeeperProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A real PostgreSQL server that can be killed. Not thread-safe. */
public final class PostgresServer implements ResourceLab.Server {
    private final Path directory;
    private final int port;
    private final List<String> settings;
    private ServerProcess host;

    private PostgresServer(Path directory, int port, List<String> settings) {
        this.directory = directory;
        this.port = port;
        this.settings = settings;
    }

    /** Starts one on an empty directory, with settings besides those it needs anyway. */
    public static PostgresServer start(Path directory, String... settings) throws Exception {
        PostgresServer server =
                new PostgresServer(directory, ZooKeeperProcesses.freePorts(1).get(0), List.of(settings));
        server.launch();
        return server;
    }

    private void launch() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                directory.resolve("data").toString(),
                directory.resolveSibling("postgresql-binaries").toString(),
                Integer.toString(port)));
        arguments.addAll(settings);
        host = ServerProcess.start(List.of("-Xmx256m"), PostgresProcess.class, arguments.toArray(String[]::new))
                .process();
    }

    public int port() {
        return port;
    }

    /** Connections without a pool. */
    public DataSource dataSource() {
        return dataSource(port);
    }

    static DataSource dataSource(int port) {
        return dataSource(port, "postgres");
    }

    /** The same for whoever knows the server by its port alone, to a database of its own. */
    public static DataSource dataSource(int port, String database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database);
        source.setUser("postgres");
        source.setConnectTimeout(5);
        return source;
    }

    /** Runs statements, each on its own. */
    public void run(String... statements) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    /** The names of the prepared transactions of all databases. */
    public List<String> gids() throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select gid from pg_prepared_xacts order by prepared")) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private Optional<ProcessHandle> postmaster() throws IOException {
        Path file = directory.resolve("data").resolve("postmaster.pid");
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(Files.readAllLines(file).get(0).strip()));
    }

    @Override
    public void kill() throws Exception {
        ProcessHandle server = postmaster().orElseThrow();
        List<ProcessHandle> all = new ArrayList<>(server.descendants().toList());
        all.add(server);
        server.destroyForcibly();
        for (ProcessHandle each : all) {
            Await.until("process " + each.pid() + " is gone", Duration.ofSeconds(60), () -> !each.isAlive());
        }
        host.kill();
    }

    @Override
    public void restart() throws Exception {
        Files.deleteIfExists(directory.resolve("data").resolve("postmaster.pid"));
        launch();
    }

    @Override
    public void close() throws IOException {
        host.close();
        Optional<ProcessHandle> left = postmaster();
        left.ifPresent(ProcessHandle::destroyForcibly);
    }
}
