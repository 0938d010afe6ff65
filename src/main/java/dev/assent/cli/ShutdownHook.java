package dev.assent.cli;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes something in good order when the process is told to end (SIGTERM, Ctrl-C), unless taken back before. */
final class ShutdownHook {
    private static final Logger LOG = LoggerFactory.getLogger(ShutdownHook.class);

    private final Thread hook;
    private volatile boolean running;

    private ShutdownHook(AutoCloseable what) {
        this.hook = new Thread(
                () -> {
                    running = true;
                    try {
                        what.close();
                    } catch (Exception e) {
                        LOG.warn("did not end in good order", e);
                    }
                },
                "shutdown");
    }

    static ShutdownHook before(AutoCloseable what) {
        ShutdownHook hook = new ShutdownHook(what);
        Runtime.getRuntime().addShutdownHook(hook.hook);
        return hook;
    }

    /** Whether the process is ending. */
    boolean running() {
        return running;
    }

    /** Leaves the process's end alone again. */
    void takeBack() {
        if (!running) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                LOG.debug("the process is ending already", e);
            }
        }
    }
}
