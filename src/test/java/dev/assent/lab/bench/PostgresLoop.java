package dev.assent.lab.bench;

import dev.assent.bench.Counts;
import dev.assent.bench.Setting;
import dev.assent.bench.TransactionSystem;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * Does the same work on the same servers, prepares it on all of them at once, and commits it on all of them at once; nothing
 * is logged, so whatever stops in between is lost. What two-phase commit costs at the least, and nothing to commit with.
 */
final class PostgresLoop implements TransactionSystem {
    private final List<DataSource> servers;
    private final AtomicLong number = new AtomicLong();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "bench-loop");
        thread.setDaemon(true);
        return thread;
    });

    /** @param servers whose tables are there */
    PostgresLoop(List<DataSource> servers) {
        this.servers = List.copyOf(servers);
    }

    @Override
    public String name() {
        return "postgres-loop";
    }

    @Override
    public void prepare(Setting setting) {
        if (setting.abortPercent() > 0) {
            throw new IllegalArgumentException("the loop only commits");
        }
    }

    @Override
    public CompletableFuture<End> transaction(boolean abort) {
        String gid = "loop-" + number.incrementAndGet();
        return all(server -> prepareWork(server, gid))
                .thenCompose(prepared -> all(server -> commit(server, gid)))
                .thenApply(committed -> End.COMMITTED);
    }

    /** One step on a server. */
    private interface Step {
        void on(DataSource server) throws SQLException;
    }

    private CompletableFuture<Void> all(Step step) {
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (DataSource server : servers) {
            running.add(CompletableFuture.runAsync(
                    () -> {
                        try {
                            step.on(server);
                        } catch (SQLException e) {
                            throw new CompletionException(e);
                        }
                    },
                    threads));
        }
        return CompletableFuture.allOf(running.toArray(CompletableFuture<?>[]::new));
    }

    private static void prepareWork(DataSource server, String gid) throws SQLException {
        try (Connection connection = server.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            PostgresWork.insert(connection);
            statement.execute("prepare transaction '" + gid + "'");
            connection.setAutoCommit(true);
        }
    }

    private static void commit(DataSource server, String gid) throws SQLException {
        try (Connection connection = server.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("commit prepared '" + gid + "'");
        }
    }

    @Override
    public Counts counts() {
        return Counts.NONE;
    }

    @Override
    public int servers() {
        return 0;
    }

    @Override
    public int replicas() {
        return 0;
    }

    @Override
    public boolean fsync() {
        return true;
    }

    @Override
    public Map<String, Long> processes() {
        return Map.of("bench", ProcessHandle.current().pid());
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
