package dev.assent.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the exit code of every command says. */
public enum ExitCode {
    OK(0, "fine; for a commit: COMMITTED"),
    VIOLATION(1, "a check found a violation, or Assent itself failed"),
    USAGE(2, "wrong usage or configuration; nothing was done"),
    UNREACHABLE(3, "ZooKeeper was not reached, or did not answer in time"),
    REFUSED(4, "refused; for a commit: refused or ABORTED, the reason is printed"),
    UNKNOWN(5, "outcome unknown: ask again with 'assent outcome ID'");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** The number that the process ends with. */
    public int code() {
        return code;
    }

    /** The table that closes every help text. */
    static Map<String, String> described() {
        Map<String, String> table = new LinkedHashMap<>();
        for (ExitCode each : values()) {
            table.put(Integer.toString(each.code), each.meaning);
        }
        return table;
    }
}
