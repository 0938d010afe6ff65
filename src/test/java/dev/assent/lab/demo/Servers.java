package dev.assent.lab.demo;

import dev.assent.adapter.contract.ResourceLab;
import dev.assent.adapter.kafka.KafkaServer;
import dev.assent.adapter.mariadb.MariaDbServer;
import dev.assent.adapter.postgresql.PostgresServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of the resources. They start side by side; {@link #close} may be called at any time from any thread, also
 * while one starts or is killed: it waits for that first. Thread-safe.
 */
final class Servers implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Servers.class);
    private static final Set<Kind> HOSTED = Set.of(Kind.POSTGRES, Kind.MARIADB, Kind.KAFKA);

    private final Path directory;
    private final Map<Kind, CompletableFuture<ResourceLab.Server>> started =
            new EnumMap<>(Kind.class); // guarded by this
    private boolean closed; // guarded by this

    /**
     * @param directory takes their data and their programs
     */
    Servers(Path directory) {
        this.directory = directory;
    }

    /** Begins to start those that are needed for {@code kinds}. */
    synchronized void start(Set<Kind> kinds) {
        if (closed) {
            throw new IllegalStateException("the demo is ending");
        }
        kinds.stream()
                .filter(HOSTED::contains)
                .forEach(kind -> started.put(kind, aside("start-" + kind.option(), () -> launch(kind))));
    }

    private ResourceLab.Server launch(Kind kind) throws Exception {
        Path own = Files.createDirectories(directory.resolve(kind.option()));
        return switch (kind) {
            case POSTGRES -> PostgresServer.start(own, "max_prepared_transactions=64", "unix_socket_directories=");
            case MARIADB -> MariaDbServer.start(own);
            // The brokers' longest, so that they keep what a vote promises for the adapter's whole day.
            case KAFKA -> KafkaServer.start(own, "transaction.max.timeout.ms=" + Integer.MAX_VALUE);
            case FILES -> throw new IllegalArgumentException("files have no server");
        };
    }

    private static <T> CompletableFuture<T> aside(String name, Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(task.call());
                    } catch (Exception e) {
                        result.completeExceptionally(e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    PostgresServer postgres() {
        return (PostgresServer) server(Kind.POSTGRES);
    }

    MariaDbServer mariadb() {
        return (MariaDbServer) server(Kind.MARIADB);
    }

    KafkaServer kafka() {
        return (KafkaServer) server(Kind.KAFKA);
    }

    /** Returns once it serves, or fails if it could not be started. */
    private ResourceLab.Server server(Kind kind) {
        CompletableFuture<ResourceLab.Server> server;
        synchronized (this) {
            server = started.get(kind);
        }
        return server.join();
    }

    /** Kills the server. */
    void kill(Kind kind) throws Exception {
        ResourceLab.Server server = server(kind);
        synchronized (server) {
            requireOpen();
            server.kill();
        }
    }

    /** Starts a killed server again on its data and returns once it serves. */
    void restart(Kind kind) throws Exception {
        ResourceLab.Server server = server(kind);
        synchronized (server) {
            requireOpen();
            server.restart();
        }
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the demo is ending");
        }
    }

    /** Ends all of them. Idempotent. */
    @Override
    public void close() {
        List<CompletableFuture<ResourceLab.Server>> servers;
        synchronized (this) {
            closed = true;
            servers = List.copyOf(started.values());
            started.clear();
        }
        CompletableFuture<?>[] ends = servers.stream()
                .map(server -> server.thenCompose(each -> aside("end", () -> end(each))))
                .toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(ends).join();
        } catch (CompletionException e) {
            LOG.warn("not every server was started and ended in good order", e);
        }
    }

    private static Boolean end(ResourceLab.Server server) {
        synchronized (server) {
            try {
                server.close();
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
