package dev.assent.adapter.mariadb;

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
import org.mariadb.jdbc.MariaDbDataSource;

/** A real MariaDB server that can be killed. Not thread-safe. */
public final class MariaDbServer implements ResourceLab.Server {
    private final Path directory;
    private final int port;
    private final List<String> settings;
    private ServerProcess host;

    private MariaDbServer(Path directory, int port, List<String> settings) {
        this.directory = directory;
        this.port = port;
        this.settings = settings;
    }

    /** Starts one on an empty directory, with settings besides those it needs anyway. */
    public static MariaDbServer start(Path directory, String... settings) throws Exception {
        MariaDbServer server =
                new MariaDbServer(directory, ZooKeeperProcesses.freePorts(1).get(0), List.of(settings));
        server.launch();
        return server;
    }

    private void launch() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                directory.toString(),
                directory.resolveSibling("mariadb-binaries").toString(),
                Integer.toString(port)));
        arguments.addAll(settings);
        // The library empties a data directory that lies in java.io.tmpdir, as a whole checkout may.
        String temporary = "-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp"));
        host = ServerProcess.start(
                        List.of("-Xmx128m", temporary), MariaDbProcess.class, arguments.toArray(String[]::new))
                .process();
    }

    public int port() {
        return port;
    }

    /** Connections without a pool. */
    public DataSource dataSource() throws SQLException {
        return dataSource(port, "root");
    }

    static DataSource dataSource(int port, String user) throws SQLException {
        return dataSource(port, user, "work");
    }

    /** The same for whoever knows the server by its port alone, to a database of its own. */
    public static DataSource dataSource(int port, String user, String database) throws SQLException {
        return new MariaDbDataSource("jdbc:mariadb://127.0.0.1:" + port + "/" + database
                + "?sslMode=disable&connectTimeout=5000&user=" + user);
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

    /** The prepared xids, as statements spell them. */
    public List<String> xids() throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("xa recover format = 'SQL'")) {
            while (rows.next()) {
                found.add(rows.getString(4));
            }
        }
        return found;
    }

    private Optional<ProcessHandle> server() throws IOException {
        Path file = directory.resolve("pid");
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(Files.readString(file).strip()));
    }

    @Override
    public void kill() throws Exception {
        ProcessHandle server = server().orElseThrow();
        server.destroyForcibly();
        Await.until("process " + server.pid() + " is gone", Duration.ofSeconds(60), () -> !server.isAlive());
        host.kill();
    }

    @Override
    public void restart() throws Exception {
        Files.deleteIfExists(directory.resolve("pid"));
        launch();
    }

    @Override
    public void close() throws IOException {
        host.close();
        server().ifPresent(ProcessHandle::destroyForcibly);
    }
}
