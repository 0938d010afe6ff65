package dev.assent.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs TLC in a JVM of its own, because TLC keeps its state in static fields and wants its own heap.
 *
 * @param directory for TLC's states and temporary files; the caller removes it
 * @param workers TLC's threads; with one, the counterexample is the same in every run
 * @param jvm options of the child's JVM, the heap among them; states that do not fit go to disk
 * @param limit after which the child is ended
 */
public record Tlc(Path directory, int workers, List<String> jvm, Duration limit) {

    /** Blocks until TLC or the limit ends the run; {@code lines} gets TLC's output as it comes. */
    public TlcResult run(ModelCheck check, Consumer<String> lines, String... options)
            throws IOException, InterruptedException {
        Path own = Files.createTempDirectory(Files.createDirectories(directory), "tlc");
        Path configuration = Files.writeString(own.resolve("model.cfg"), check.configuration());
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command(check, own, configuration, List.of(options)))
                .directory(ModelCheck.SOURCES.toFile())
                .redirectErrorStream(true)
                .start();
        List<String> output = new ArrayList<>();
        Thread reader = new Thread(() -> read(process, output, lines), "tlc-output");
        reader.start();
        try {
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                process.destroy();
            }
            process.waitFor();
            reader.join();
        } finally {
            process.destroyForcibly();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        return TlcResult.of(check.name(), output, took);
    }

    private List<String> command(ModelCheck check, Path own, Path configuration, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of(
                "-Djava.io.tmpdir=" + own.toAbsolutePath(),
                "-cp",
                classPath(TlcProcess.class) + System.getProperty("path.separator") + classPath(tlc2.TLC.class),
                TlcProcess.class.getName(),
                // A state without a successor is how a bounded model ends.
                "-deadlock",
                "-nowarning",
                "-workers",
                Integer.toString(workers),
                "-lncheck",
                "final",
                "-metadir",
                own.toAbsolutePath().toString(),
                "-config",
                configuration.toAbsolutePath().toString()));
        command.addAll(options);
        command.add(check.module());
        return command;
    }

    private static String classPath(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("No file holds " + type, e);
        }
    }

    private static void read(Process process, List<String> output, Consumer<String> lines) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            while (line != null) {
                output.add(line);
                lines.accept(line);
                line = reader.readLine();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("TLC's output ended early", e);
        }
    }
}
