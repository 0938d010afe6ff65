package dev.assent.adapter.jdbc;

import java.util.List;

/** A server or its settings cannot keep what a vote promises. Each finding is one line and names its remedy. */
public final class PreflightException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> findings;

    public PreflightException(List<String> findings) {
        super(String.join("\n", findings));
        this.findings = List.copyOf(findings);
    }

    public PreflightException(String finding, Throwable cause) {
        super(finding, cause);
        this.findings = List.of(finding);
    }

    /** The findings, one line each. */
    public List<String> findings() {
        return findings;
    }
}
