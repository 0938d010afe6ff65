package dev.assent.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Seata's client and its server's process, in a network that has only a loopback; ends with its standard input. */
public final class SeataMain {
    private static final int PORT = 8091;
    private static final int CONSOLE_PORT = 7091;
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final int POLL_MILLIS = 200;
    private static final int CONNECT_MILLIS = 1_000;

    private SeataMain() {}

    /**
     * Runs until its standard input ends.
     *
     * @param args the peer's name, the directory for its log, and the class path of its server
     */
    public static void main(String[] args) throws Exception {
        Peer peer = Peer.of(args[0]).orElseThrow();
        Path directory = Path.of(args[1]);
        Process server = start(directory, args[2]);
        try {
            awaitServing(server, directory);
            PeerMain.serve(
                    peer, new SeataTransactions(), ProcessHandle.current().pid() + " " + server.pid());
        } finally {
            server.destroyForcibly();
        }
        System.exit(0);
    }

    private static Process start(Path directory, String classPath) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                classPath,
                "-Dlog.home=" + directory,
                // Its arguments are its own short ones; Spring's settings are properties.
                "-Dserver.port=" + CONSOLE_PORT,
                "-Dserver.address=127.0.0.1",
                "-Dseata.server.service-port=" + PORT,
                "-Dlogging.level.root=WARN",
                "-Dlogging.level.io.seata=WARN",
                "-Dseata.store.mode=file",
                "-Dseata.store.file.dir=" + directory.resolve("store"),
                "-Dseata.store.file.flush-disk-mode=sync",
                SeataServer.class.getName()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.out").toFile())
                .start();
    }

    private static void awaitServing(Process server, Path directory) throws Exception {
        long start = System.nanoTime();
        while (!accepts()) {
            if (!server.isAlive() || System.nanoTime() - start > START_LIMIT.toNanos()) {
                throw new IllegalStateException("Seata's server does not serve: " + lastWords(directory));
            }
            server.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private static boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String lastWords(Path directory) {
        try {
            List<String> lines = Files.readAllLines(directory.resolve("server.out"));
            return lines.isEmpty() ? "nothing said" : lines.get(lines.size() - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
