package dev.assent.zookeeper.server;

import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ZooKeeper server in this process, alone or as a member of an ensemble: durable, with its log purged, without the admin
 * server. ZooKeeper has an embedding API; it is not used because it hides why a start failed, leaves a configuration file
 * behind at each start, and does not wait for the end. Thread-safe.
 *
 * <p>What ZooKeeper holds to be fatal, such as a disk that fails, ends the whole process: a server that cannot write must
 * not go on.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
    /** Options for a JVM that runs one server of a few that share a small machine. */
    public static final List<String> LOW_MEMORY = List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dzookeeper.nio.numWorkerThreads=0",
            "-Dzookeeper.commitProcessor.numWorkerThreads=0",
            // KiB per extension of a log file, instead of 64 MiB.
            "-Dzookeeper.preAllocSize=4096");

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedZooKeeper.class);

    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final ServerConfiguration configuration;
    private final RunningServer server;
    private final DatadirCleanupManager purge;
    private final CompletableFuture<Void> ended;
    private final AtomicBoolean closing = new AtomicBoolean();

    private EmbeddedZooKeeper(
            ServerConfiguration configuration,
            RunningServer server,
            DatadirCleanupManager purge,
            CompletableFuture<Void> ended) {
        this.configuration = configuration;
        this.server = server;
        this.purge = purge;
        this.ended = ended;
    }

    /**
     * Starts a server and returns once it listens for clients. A member of an ensemble serves only once a majority runs.
     *
     * @throws IOException if it cannot run: the port is taken, the data directory is not usable, ...
     */
    public static EmbeddedZooKeeper start(ServerConfiguration configuration) throws IOException {
        Files.createDirectories(configuration.dataDirectory());
        if (configuration.serverId() > 0) {
            Files.writeString(
                    configuration.dataDirectory().resolve("myid"),
                    configuration.serverId() + "\n",
                    StandardCharsets.US_ASCII);
        }
        QuorumPeerConfig parsed = new QuorumPeerConfig();
        try {
            parsed.parseProperties(configuration.properties());
        } catch (QuorumPeerConfig.ConfigException | IllegalArgumentException e) {
            throw new IOException("ZooKeeper refuses " + configuration + ": " + e.getMessage(), e);
        }
        DatadirCleanupManager purge = new DatadirCleanupManager(
                parsed.getDataDir(), parsed.getDataLogDir(), parsed.getSnapRetainCount(), parsed.getPurgeInterval());
        RunningServer server = RunningServer.of(parsed);
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(server, ended), "zookeeper-server");
        thread.setDaemon(true);
        purge.start();
        thread.start();
        EmbeddedZooKeeper embedded = new EmbeddedZooKeeper(configuration, server, purge, ended);
        try {
            embedded.awaitStarted();
        } catch (IOException e) {
            embedded.close();
            throw e;
        }
        return embedded;
    }

    private static void run(RunningServer server, CompletableFuture<Void> ended) {
        try {
            server.run();
            ended.complete(null);
        } catch (Exception e) {
            ended.completeExceptionally(e);
        }
    }

    private void awaitStarted() throws IOException {
        String what = "a ZooKeeper server on " + configuration.address() + ":" + configuration.clientPort()
                + " with data in " + configuration.dataDirectory();
        try {
            CompletableFuture.anyOf(server.started(), ended).get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            String hint = e.getCause() instanceof BindException ? ": the port is taken, choose another" : "";
            throw new IOException("cannot start " + what + ": " + e.getCause().getMessage() + hint, e.getCause());
        } catch (TimeoutException e) {
            throw new IOException(what + " did not start within " + START_LIMIT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting " + what, e);
        }
        if (!server.started().isDone()) {
            throw new IOException(what + " ended at once; its log says why");
        }
    }

    /** Where clients reach it: the chosen port where 0 was asked for. */
    public int clientPort() {
        return server.clientPort();
    }

    /** What a client connects to: this server's address, of an ensemble all of them. */
    public String connectString() {
        return configuration.ensemble().isEmpty()
                ? configuration.address() + ":" + clientPort()
                : EnsembleMember.connectString(configuration.ensemble());
    }

    /** Completes when the server ended: normally after {@link #close}, otherwise because it cannot go on. */
    public CompletableFuture<Void> ended() {
        return ended.copy();
    }

    /** Stops the server in an orderly way and waits for its end, 10 s at most. Idempotent. */
    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            purge.shutdown();
            server.stop();
        }
        try {
            ended.get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            LOG.debug("the server had failed", e);
        } catch (TimeoutException e) {
            LOG.warn("the ZooKeeper server on port {} did not end within {} s", clientPort(), STOP_LIMIT.toSeconds());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
