package dev.assent.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** What happened in one schedule: a hash over all of it, the last lines of it in words where asked for, the first violation. */
final class Journal {
    private static final int KEPT = 400;
    private static final long PRIME = 0x100000001B3L;

    private final VirtualTime time;
    private final boolean inWords;
    private final Deque<String> lines = new ArrayDeque<>();
    private long hash = 0xCBF29CE484222325L;
    private String violation;

    Journal(VirtualTime time, boolean inWords) {
        this.time = time;
        this.inWords = inWords;
    }

    long now() {
        return time.now();
    }

    void note(String who, String what, Object detail) {
        String text = detail.toString();
        mix(who.hashCode());
        mix(what.hashCode());
        mix(text.hashCode());
        words(who, what, text);
    }

    /** Something happened now, without words. */
    void mix(long what) {
        hash = (((hash ^ time.now()) * PRIME) ^ what) * PRIME;
    }

    boolean inWords() {
        return inWords;
    }

    /** Words alone, for the reader. */
    void words(String who, String what, String text) {
        if (inWords) {
            line(String.format("%12.6f  %-14s %-12s %s", time.now() / 1e9, who, what, text));
        }
    }

    private void line(String line) {
        if (lines.size() == KEPT) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    /** Ends the schedule; only the first violation counts. */
    void violation(String rule, String what) {
        if (violation == null) {
            violation = rule + ": " + what;
            note("checker", "VIOLATION", violation);
        }
    }

    Optional<String> violation() {
        return Optional.ofNullable(violation);
    }

    boolean violated() {
        return violation != null;
    }

    long hash() {
        return hash;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
