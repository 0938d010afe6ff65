package dev.assent.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whitelist of names. */
class NamesTest {
    @Test
    void whatIsAllowed() {
        for (String name : new String[] {"a", "0", "-", "orders-2", "x".repeat(32)}) {
            assertEquals(name, Names.require("participant", name));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a_b", "a/b", "..", "a ", "a\n", "\n", "a\0", "é", "_participants", "a.b"})
    void whatIsNot(String name) {
        assertFalse(Names.valid(name));
        String message = assertThrows(IllegalArgumentException.class, () -> Names.require("participant", name))
                .getMessage();
        assertTrue(message.startsWith("participant '" + name + "' is not a valid name"), message);
    }

    @Test
    void lengthAndNull() {
        assertFalse(Names.valid("x".repeat(33)));
        assertThrows(IllegalArgumentException.class, () -> Names.require("instance", null));
    }

    @Test
    void anyTextIsJudgedCharacterByCharacter() {
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            String text = random.ints(random.nextInt(36), 0, random.nextBoolean() ? 128 : 0x300)
                    .map(c -> random.nextInt(20) == 0 ? c : "abcdefxyz0189-".charAt(c % 14))
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            boolean expected = !text.isEmpty()
                    && text.length() <= 32
                    && text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
            assertEquals(expected, Names.valid(text), text);
        }
    }
}
