package dev.assent.model;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What TLC found.
 *
 * @param name the check's name
 * @param complete whether every reachable state was visited and nothing violated
 * @param violated the violated property, or empty
 * @param steps of the counterexample, 0 without one
 * @param states distinct states found
 * @param depth of the state graph, as far as it was visited
 * @param took wall clock
 * @param output all that TLC printed
 */
public record TlcResult(
        String name,
        boolean complete,
        String violated,
        long steps,
        long states,
        long depth,
        Duration took,
        String output) {
    private static final Pattern VIOLATED = Pattern.compile("Error: (?:Invariant|Action property) (.+) is violated");
    private static final Pattern TEMPORAL = Pattern.compile("Error: (Temporal properties) were violated");
    private static final Pattern TRACE = Pattern.compile("State (\\d+): .*");
    private static final Pattern STATES = Pattern.compile("([\\d,]+) distinct states found");
    private static final Pattern DEPTH = Pattern.compile("(?:graph search is |Progress\\()(\\d+)");

    static TlcResult of(String name, List<String> lines, Duration took) {
        String output = String.join("\n", lines);
        boolean complete = output.contains("Model checking completed. No error has been found.");
        String violated = last(VIOLATED, output);
        return new TlcResult(
                name,
                complete,
                violated.isEmpty() ? last(TEMPORAL, output) : violated,
                Math.max(0, number(last(TRACE, output)) - 1),
                number(last(STATES, output)),
                number(last(DEPTH, output)),
                took,
                output);
    }

    /** A row of the table of configurations. */
    public String asConfiguration() {
        return String.format(
                Locale.ROOT,
                "%-24s %,12d %6d %8.1f  %s",
                name,
                states,
                depth,
                seconds(),
                complete ? "holds" : violated.isEmpty() ? "unfinished" : violated + " violated");
    }

    /** A row of the table of guards. */
    String asGuard() {
        return String.format(Locale.ROOT, "%-46s %-20s %5d %8.1f", name, violated, steps, seconds());
    }

    static String table(String head, List<String> rows) {
        return rows.stream().collect(Collectors.joining("\n", head + "\n", "\n"));
    }

    private double seconds() {
        return took.toMillis() / 1000.0;
    }

    private static long number(String digits) {
        return digits.isEmpty() ? 0 : Long.parseLong(digits.replace(",", ""));
    }

    private static String last(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        String found = "";
        while (matcher.find()) {
            found = matcher.group(1);
        }
        return found;
    }
}
