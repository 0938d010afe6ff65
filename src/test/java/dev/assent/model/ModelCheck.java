package dev.assent.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One run of TLC.
 *
 * @param name what the table of results calls it
 * @param module the TLA+ module, a file of {@link #SOURCES} without its ending
 * @param configuration the text of TLC's configuration file
 */
public record ModelCheck(String name, String module, String configuration) {
    /** Where modules and configurations are, relative to the project's directory. */
    public static final Path SOURCES = Path.of("src", "test", "tla");

    /** Reads {@code file.cfg} of {@link #SOURCES}; the result is named after the file. */
    public static ModelCheck of(String module, String file) throws IOException {
        return new ModelCheck(file, module, Files.readString(SOURCES.resolve(file + ".cfg")));
    }

    /** The same with another value for one constant. */
    ModelCheck with(String constant, String value) {
        Matcher line =
                Pattern.compile("(?m)^  " + Pattern.quote(constant) + " = .*$").matcher(configuration);
        if (!line.find()) {
            throw new IllegalArgumentException("Configuration " + name + " gives no value to constant " + constant
                    + " on a line of its own: add it, or correct the constant's name");
        }
        return new ModelCheck(
                name, module, line.replaceFirst(Matcher.quoteReplacement("  " + constant + " = " + value)));
    }

    /** The same without one guard, checked for one invariant only. */
    ModelCheck without(String guard, String invariant) {
        return new ModelCheck(guard, module, configuration + "INVARIANTS " + invariant + "\n")
                .with("Without", "{\"" + guard + "\"}");
    }
}
