package dev.assent.adapter;

import java.io.IOException;
import java.util.List;

/**
 * A resource was not opened: it or its settings cannot keep what a vote promises, or it cannot be reached. Each finding
 * is one line that says what was found, with its value, and what to do.
 */
public final class PreflightException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> findings;

    public PreflightException(List<String> findings) {
        this(findings.stream().map(PreflightException::line).toList(), null);
    }

    /** @param cause what a driver or the system said, whose message belongs into the finding */
    public PreflightException(String finding, Throwable cause) {
        this(List.of(line(finding)), cause);
    }

    private PreflightException(List<String> lines, Throwable cause) {
        super(String.join("\n", lines), cause);
        this.findings = lines;
    }

    /** Drivers like to tell several. */
    private static String line(String finding) {
        return finding.strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    /** The findings, one line each. */
    public List<String> findings() {
        return findings;
    }
}
