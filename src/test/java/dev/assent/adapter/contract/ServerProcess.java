package dev.assent.adapter.contract;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that hosts a server for tests: it says one line when it serves, and ends the server and itself when its
 * standard input ends, so that nothing outlives the tests however they end.
 */
public final class ServerProcess implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);
    private static final String SERVES = "serves ";

    private final Process process;

    private ServerProcess(Process process) {
        this.process = process;
    }

    /** Starts the program and returns with what it said about the server, or fails with its last words. */
    public static Started start(List<String> jvmOptions, Class<?> program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        List<String> said = new ArrayList<>();
        Optional<String> serves = awaitLine(lines, said);
        if (serves.isEmpty()) {
            process.destroyForcibly().waitFor();
            throw new IOException(program.getSimpleName() + " does not serve:\n" + String.join("\n", said));
        }
        Thread drain = new Thread(() -> drain(lines), "drain-" + process.pid());
        drain.setDaemon(true);
        drain.start();
        return new Started(new ServerProcess(process), serves.get().substring(SERVES.length()));
    }

    /**
     * A started server.
     *
     * @param said where it serves, as its program says it
     */
    public record Started(ServerProcess process, String said) {}

    private static Optional<String> awaitLine(BufferedReader lines, List<String> said) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith(SERVES)) {
            said.add(line);
            line = lines.readLine();
        }
        return Optional.ofNullable(line);
    }

    private static void drain(BufferedReader lines) {
        try {
            while (lines.readLine() != null) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            // The process was killed: nobody has anything to say any more.
            Thread.currentThread().interrupt();
        }
    }

    /** To be called by the program once the server serves: returns when the parent wants it to end or has ended. */
    public static void serve(String where) throws IOException {
        System.out.println(SERVES + where);
        System.out.flush();
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
    }

    /** A directory for a server's data, which goes when this JVM ends, after {@code server} was closed. */
    public static Path directory(String name, Supplier<? extends Closeable> server) throws IOException {
        Path parent = Files.createDirectories(Path.of("target", "servers").toAbsolutePath());
        Path directory = Files.createTempDirectory(parent, name + "-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try (Closeable first = server.get()) {
                LOG.debug("{} is closed", first);
            } catch (IOException e) {
                LOG.warn("a server was not closed", e);
            }
            delete(directory);
        }));
        return directory;
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{} is not deleted", directory, e);
        }
    }

    public long pid() {
        return process.pid();
    }

    /** As {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Lets the server end in an orderly way. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
