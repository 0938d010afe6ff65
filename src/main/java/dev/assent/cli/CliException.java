package dev.assent.cli;

/** Ends a command with one line on standard error and an exit code; carries no stack trace to the user. */
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    /**
     * @param message names the thing, the value, the bound and the next step
     */
    CliException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    ExitCode exitCode() {
        return exitCode;
    }

    static CliException usage(String message) {
        return new CliException(ExitCode.USAGE, message);
    }

    static CliException refused(String message) {
        return new CliException(ExitCode.REFUSED, message);
    }

    static CliException unreachable(String message) {
        return new CliException(ExitCode.UNREACHABLE, message);
    }
}
