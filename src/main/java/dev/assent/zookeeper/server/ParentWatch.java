package dev.assent.zookeeper.server;

import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a child process with its parent, however the parent ends: the parent starts it with a pipe as its standard input
 * and keeps that open, and the child sees the end of the pipe. It must not read its standard input otherwise. A stopped
 * child (SIGSTOP) notices once it is continued.
 */
public final class ParentWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ParentWatch.class);

    /** As of a process that was killed: 128 and SIGKILL's number. */
    private static final int EXIT_CODE = 137;

    private ParentWatch() {}

    /** From now on this process ends at once, as if killed, when its standard input ends. */
    public static void exitWithParent() {
        Thread watch = new Thread(
                () -> {
                    awaitEnd(System.in);
                    Runtime.getRuntime().halt(EXIT_CODE);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private static void awaitEnd(InputStream input) {
        try {
            byte[] ignored = new byte[64];
            while (input.read(ignored) >= 0) {
                LOG.debug("input is not used");
            }
        } catch (IOException e) {
            LOG.debug("standard input failed", e);
        }
    }
}
