package dev.assent.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A line for each finding, whatever a driver put into it. */
class PreflightExceptionTest {
    @Test
    void eachFindingIsOneLine() {
        PreflightException two = new PreflightException(List.of("first\n  Hint: of the server\n", "second"));
        assertEquals(List.of("first; Hint: of the server", "second"), two.findings());
        assertEquals("first; Hint: of the server\nsecond", two.getMessage());
        Exception cause = new IllegalStateException("a\r\nb");
        PreflightException one = new PreflightException("not asked: " + cause.getMessage(), cause);
        assertEquals("not asked: a; b", one.getMessage());
        assertEquals(cause, one.getCause());
    }
}
