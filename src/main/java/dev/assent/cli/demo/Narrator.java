package dev.assent.cli.demo;

import com.google.errorprone.annotations.FormatMethod;
import java.io.PrintWriter;

/** Tells the story line by line, each with the time since it began. Thread-safe. */
public final class Narrator {
    private final PrintWriter out;
    private final long startNanos = System.nanoTime();

    public Narrator(PrintWriter out) {
        this.out = out;
    }

    /** One step of the story. */
    @FormatMethod
    public synchronized void say(String format, Object... arguments) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        out.printf("%7.3f s  %s%n", seconds, String.format(format, arguments));
        out.flush();
    }

    /** Something shown as it is, indented below the last line. */
    public synchronized void show(String text) {
        text.lines().forEach(line -> out.println("           | " + line));
        out.flush();
    }

    /** The last word: a line without time or indent. */
    public synchronized void conclude(String line) {
        out.println(line);
        out.flush();
    }
}
