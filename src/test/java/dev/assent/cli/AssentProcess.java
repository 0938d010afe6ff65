package dev.assent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The packaged jar, or another program, in a process of its own, with its processes below it. */
public final class AssentProcess implements AutoCloseable {
    /** Several JVMs start before some lines, perhaps on a loaded machine. */
    private static final Duration LINE_LIMIT = Duration.ofMinutes(3);

    private final Process process;
    private final Path out;
    private final Path err;
    private final Set<ProcessHandle> below = new LinkedHashSet<>();

    private AssentProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts the jar.
     *
     * @param directory takes what it prints
     */
    static AssentProcess start(Path directory, String... arguments) throws IOException {
        List<String> program = new ArrayList<>(List.of("-jar", System.getProperty("assent.jar")));
        program.addAll(List.of(arguments));
        return start(directory, arguments[0], program);
    }

    /**
     * Starts a program.
     *
     * @param directory takes what it prints
     * @param program what follows the JVM's own options
     */
    public static AssentProcess start(Path directory, String name, List<String> program) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(program);
        Path out = Files.createTempFile(directory, name + "-", ".out");
        Path err = Files.createTempFile(directory, name + "-", ".err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new AssentProcess(process, out, err);
    }

    public String out() throws IOException {
        return new String(Files.readAllBytes(out), StandardCharsets.UTF_8);
    }

    public String err() throws IOException {
        return new String(Files.readAllBytes(err), StandardCharsets.UTF_8);
    }

    /** Waits for a line that contains {@code text}, and returns it. */
    public String awaitLine(String text) throws Exception {
        Await.until("'" + text + "' from " + process.info().commandLine().orElse("the process"), LINE_LIMIT, () -> {
            noticeChildren();
            assertTrue(process.isAlive() || out().contains(text), () -> "it ended; standard error: " + read());
            return out().lines().anyMatch(line -> line.contains(text));
        });
        return out().lines().filter(line -> line.contains(text)).findFirst().orElseThrow();
    }

    private String read() {
        try {
            return err();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Waits for its end, and returns its exit code. */
    public int awaitEnd() throws InterruptedException {
        while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
            noticeChildren();
        }
        return process.exitValue();
    }

    private void noticeChildren() {
        process.descendants().forEach(below::add);
    }

    /** Every process below it that was ever seen. */
    public Set<ProcessHandle> everBelow() {
        noticeChildren();
        return below;
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Fails unless it printed nothing but one line on standard error, and ended with {@code code}. */
    void assertRefused(ExitCode code, String complaint) throws Exception {
        assertEquals(code.code(), awaitEnd(), () -> read());
        assertEquals(complaint, err().strip());
        assertEquals("", out());
    }

    @Override
    public void close() {
        below.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
