package dev.assent.processes;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A process of this program: the same classes with another command. Ends with {@link #close}, and by itself when this
 * process is gone. Thread-safe.
 */
public final class Child implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 20;
    /** On top of a server's own for small machines: seven JVMs share this one. */
    private static final List<String> JVM_OPTIONS = List.of("-Xms16m", "-Xshare:auto", "-XX:-UsePerfData");

    private final String name;
    private final Path output;
    private final Path log;
    private final Process process;
    /** Holds the process paused, null while nobody does. */
    private volatile Process pauser;

    private Child(String name, Path output, Path log, Process process) {
        this.name = name;
        this.output = output;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts {@code arguments} of {@code program} in a new JVM like this one.
     *
     * @param options what the JVM is started with
     * @param program the main class, on this JVM's own class path
     * @param logs the directory that takes what it prints
     */
    public static Child start(String name, List<String> options, String program, Path logs, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(JVM_OPTIONS);
        // The later one counts.
        command.addAll(options);
        command.add("-cp");
        command.add(classPath());
        command.add(program);
        command.addAll(arguments);
        Path output = logs.resolve(name + ".out");
        Path log = logs.resolve(name + ".log");
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .redirectOutput(output.toFile())
                .redirectError(log.toFile())
                .start();
        return new Child(name, output, log, process);
    }

    private static String java() {
        return ProcessHandle.current()
                .info()
                .command()
                .orElseGet(() ->
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
    }

    /** Absolute, because a relative one depends on where somebody looks from. */
    public static String classPath() {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** Returns once the child printed a line that contains {@code text}. */
    public void awaitLine(String text, Duration limit) throws InterruptedException {
        long start = System.nanoTime();
        while (printed().lines().noneMatch(line -> line.contains(text))) {
            if (!alive()) {
                throw new IllegalStateException(name + " ended with exit code " + process.exitValue() + " before it"
                        + " printed '" + text + "': " + lastWords());
            }
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new IllegalStateException(
                        name + " did not print '" + text + "' within " + limit.toSeconds() + " s: " + lastWords());
            }
            process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** What it wrote to its standard output so far. */
    public String printed() {
        return read(output);
    }

    /** Writes a line to its standard input. */
    public void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    private String lastWords() {
        List<String> lines = read(log).lines().toList();
        return lines.isEmpty() ? "(nothing on standard error)" : lines.get(lines.size() - 1);
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Stops the process without ending it, as a long pause of its host would. Whoever stops it waits for this process's
     * end and then lets it go on, so that it notices that end too.
     *
     * @return false where this system has no {@code sh} to send the signal with
     */
    public boolean pause() throws IOException {
        String script = "kill -STOP " + pid() + " && echo paused && read end; kill -CONT " + pid();
        try {
            pauser = new ProcessBuilder("sh", "-c", script)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // No sh here: the caller has another way.
            return false;
        }
        BufferedReader said =
                new BufferedReader(new InputStreamReader(pauser.getInputStream(), StandardCharsets.UTF_8));
        return said.readLine() != null;
    }

    /** Lets a paused process go on. */
    public void resume() throws IOException, InterruptedException {
        if (pauser != null) {
            pauser.getOutputStream().close();
            pauser.waitFor();
            pauser = null;
        }
    }

    /** Ends it at once, as {@code kill -9} does, and returns when it is gone. */
    public void kill() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        resume();
    }

    /** Asks the process to end without waiting for it. */
    public void ask() {
        process.destroy();
    }

    /** Ends the process, in good order if it does so within five seconds. Idempotent. */
    @Override
    public void close() {
        process.destroy();
        try {
            resume();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
