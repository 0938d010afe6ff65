package dev.assent.simulation;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What the roles of a schedule log: they step over a defect of one transaction and log it, which must not stay unseen here.
 * Logging goes to {@link System#err}; what a thread writes there while it listens is kept for it.
 */
final class ErrorLog {
    private static final ThreadLocal<ByteArrayOutputStream> LISTENING = new ThreadLocal<>();

    static {
        PrintStream original = System.err;
        System.setErr(new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        ByteArrayOutputStream kept = LISTENING.get();
                        if (kept == null) {
                            original.write(b);
                        } else {
                            kept.write(b);
                        }
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        ByteArrayOutputStream kept = LISTENING.get();
                        if (kept == null) {
                            original.write(bytes, offset, length);
                        } else {
                            kept.write(bytes, offset, length);
                        }
                    }

                    @Override
                    public void flush() {
                        original.flush();
                    }
                },
                true,
                StandardCharsets.UTF_8));
    }

    private ErrorLog() {}

    static void listen() {
        LISTENING.set(new ByteArrayOutputStream());
    }

    /** What this thread logged since it was asked before. */
    static String taken() {
        ByteArrayOutputStream kept = LISTENING.get();
        if (kept == null || kept.size() == 0) {
            return "";
        }
        String text = kept.toString(StandardCharsets.UTF_8);
        kept.reset();
        return text;
    }

    static void stop() {
        LISTENING.remove();
    }
}
