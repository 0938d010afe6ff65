package dev.assent.processes;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A cluster's processes and directory, which go at its end and also when the process is told to end (Ctrl-C, SIGTERM). */
public final class Stage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Stage.class);

    private final Path directory;
    private final Cluster cluster;
    private final Deque<Closeable> more = new ArrayDeque<>(); // guarded by itself
    private volatile boolean ending;
    private final Thread hook = new Thread(this::end, "clear-stage");

    public Stage(String program, Path directory) {
        this.directory = directory;
        this.cluster = new Cluster(program, directory);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    public Cluster cluster() {
        return cluster;
    }

    /** Lets something more go with the stage, what came last first. To be added before it starts anything. */
    public void add(Closeable what) {
        synchronized (more) {
            if (ending) {
                throw new IllegalStateException("the processes are ending");
            }
            more.push(what);
        }
    }

    /** What {@code play} answers. Returns never once the process was told to end: what fails then fails because of that. */
    public <T> T perform(Callable<T> play) throws Exception {
        try {
            return play.call();
        } catch (Exception e) {
            if (ending) {
                LOG.debug("the stage is being cleared", e);
                awaitEndOfProcess();
            }
            throw e;
        }
    }

    /** Returns never: the end of the process clears the stage. */
    public void awaitEndOfProcess() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    private void end() {
        synchronized (more) {
            ending = true;
        }
        clear();
    }

    private void clear() {
        cluster.close();
        List<Closeable> last;
        synchronized (more) {
            last = List.copyOf(more);
            more.clear();
        }
        for (Closeable each : last) {
            try {
                each.close();
            } catch (IOException e) {
                LOG.warn("{} is not closed", each, e);
            }
        }
        removeFiles();
    }

    private void removeFiles() {
        List<Path> all;
        try (Stream<Path> tree = Files.walk(directory)) {
            all = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : all) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
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
