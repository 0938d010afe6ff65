package dev.assent.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The demo's processes and directory, which go at its end and also when the process is told to end (Ctrl-C, SIGTERM). */
final class Stage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Stage.class);

    private final Path directory;
    private final DemoCluster cluster;
    private volatile boolean ending;
    private final Thread hook = new Thread(this::end, "demo-end");

    Stage(String program, Path directory) {
        this.directory = directory;
        this.cluster = new DemoCluster(program, directory);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    DemoCluster cluster() {
        return cluster;
    }

    /** Returns never: the end of the process clears the stage. */
    void awaitEndOfProcess() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    /** Whether the process was told to end. */
    boolean ending() {
        return ending;
    }

    private void end() {
        ending = true;
        clear();
    }

    private void clear() {
        cluster.close();
        List<Path> all;
        try (Stream<Path> tree = Files.walk(directory)) {
            all = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : all) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.warn("{} is not removed: {}", directory, e.toString());
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("the process is ending already: the hook clears the stage", e);
            return;
        }
        clear();
    }
}
