package dev.assent.lab.bench;

import java.io.IOException;
import java.io.InputStream;

/** Seata's own server, which ends with its standard input. Its classes are not on this project's class path. */
public final class SeataServer {
    private static final String SERVER = "io.seata.server.ServerApplication";

    private SeataServer() {}

    /**
     * Runs until its standard input ends.
     *
     * @param args the server's own
     */
    public static void main(String[] args) throws ReflectiveOperationException {
        Thread end = new Thread(() -> awaitEnd(System.in), "await-end");
        end.setDaemon(true);
        end.start();
        Class.forName(SERVER).getMethod("main", String[].class).invoke(null, (Object) args);
    }

    private static void awaitEnd(InputStream input) {
        try {
            while (input.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            System.err.println("standard input: " + e);
        }
        Runtime.getRuntime().halt(0);
    }
}
