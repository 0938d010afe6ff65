package dev.assent.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnlistmentTest {
    @Test
    void survivesItsText() {
        Enlistment token = new Enlistment(TransactionId.of(3, 255), "payments", "node-1", "00c0ffee00c0ffee");
        assertEquals("3-00000000000000ff:payments:node-1:00c0ffee00c0ffee", token.toString());
        assertEquals(token, Enlistment.parse(token.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "payments:node-1:00c0ffee00c0ffee",
                "3-00000000000000ff:Payments:node-1:00c0ffee00c0ffee",
                "3-00000000000000ff:payments:../x:00c0ffee00c0ffee",
                "3-00000000000000ff:payments:node-1:00c0ffee00c0ffee:",
                "0-00000000000000ff:payments:node-1:00c0ffee00c0ffee",
                "3-00000000000000ff:payments:node-1:00C0FFEE00C0FFEE"
            })
    void refusesAnythingElse(String text) {
        assertThrows(IllegalArgumentException.class, () -> Enlistment.parse(text));
    }
}
