package dev.assent.model;

import java.io.IOException;
import java.io.InputStream;

/** What the child JVM runs: TLC, ended as soon as the parent is gone, which closes the child's standard input. */
final class TlcProcess {
    private static final int PARENT_GONE = 90;

    private TlcProcess() {}

    /** Takes TLC's own arguments. TLC ends the JVM with its own exit code. */
    public static void main(String[] args) throws Exception {
        InputStream parent = System.in;
        Thread watch = new Thread(() -> haltAtEndOf(parent), "parent-watch");
        watch.setDaemon(true);
        watch.start();
        tlc2.TLC.main(args);
    }

    private static void haltAtEndOf(InputStream parent) {
        int read = 0;
        while (read >= 0) {
            try {
                read = parent.read();
            } catch (IOException e) {
                System.err.println("Standard input cannot be read, taking the parent for gone: " + e);
                read = -1;
            }
        }
        Runtime.getRuntime().halt(PARENT_GONE);
    }
}
