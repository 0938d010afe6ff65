package dev.assent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import picocli.CommandLine;

/** Runs a command in this process and keeps what it printed. */
record Cli(int code, String out, String err) {
    static Cli run(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine(environment);
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        int code = line.execute(arguments);
        return new Cli(code, out.toString(), err.toString());
    }

    static Cli run(String... arguments) {
        return run(Map.of(), arguments);
    }

    /** Fails unless it ended with {@code expected} and one line on standard error that says {@code complaint}. */
    void assertRefused(ExitCode expected, String complaint) {
        assertEquals(expected.code(), code, () -> "exit code; it printed: " + out + err);
        assertEquals("", out);
        assertEquals(complaint, err.strip());
        assertEquals(1, err.lines().count());
    }

    /** What it printed, having ended well. */
    String ok() {
        assertEquals(ExitCode.OK.code(), code, () -> "exit code; it printed: " + out + err);
        return out;
    }

    JsonNode json() throws JsonProcessingException {
        return new ObjectMapper().readTree(ok());
    }
}
