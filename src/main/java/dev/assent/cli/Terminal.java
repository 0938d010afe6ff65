package dev.assent.cli;

import java.io.Console;
import java.util.Optional;

/** The person at the terminal, if there is one. Stateless. */
final class Terminal {
    private Terminal() {}

    /** The console, or nothing where input or output is not a terminal. */
    @SuppressWarnings("SystemConsoleNull") // Both answers of both kinds of JDK are looked at.
    static Optional<Console> console() {
        Console console = System.console();
        return console != null && isTerminal(console) ? Optional.of(console) : Optional.empty();
    }

    /** Before JDK 22 a console is a terminal; since then it says so by a method that this release's JDK lacks. */
    private static boolean isTerminal(Console console) {
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Console.isTerminal cannot be asked", e);
        }
    }
}
