package dev.assent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What is remembered, and what is not. */
class MemoTest {
    private final List<String> asked = new ArrayList<>();

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Function<byte[], String> ofContents(int most) {
        return Memo.ofContents(most, content -> {
            String text = new String(content, StandardCharsets.UTF_8);
            asked.add(text);
            if (text.equals("bad")) {
                throw new IllegalArgumentException(text);
            }
            return text;
        });
    }

    @Test
    void theSameContentIsReadOnce() {
        Function<byte[], String> memo = ofContents(10);
        String first = memo.apply(utf8("one"));
        assertEquals("two", memo.apply(utf8("two")));
        assertSame(first, memo.apply(utf8("one")));
        assertEquals(List.of("one", "two"), asked);
    }

    @Test
    void aFewAreKept() {
        Function<byte[], String> memo = ofContents(10);
        for (int i = 0; i < 20; i++) {
            assertEquals("n" + i, memo.apply(utf8("n" + i)));
        }
        assertEquals("n19", memo.apply(utf8("n19")));
        assertEquals(20, asked.size());
        assertEquals("n0", memo.apply(utf8("n0")));
        assertEquals(21, asked.size());
    }

    @Test
    void largeOnesAreNot() {
        Function<byte[], String> memo = ofContents(3);
        assertNotSame(memo.apply(utf8("four")), memo.apply(utf8("four")));
    }

    @Test
    void aFailureIsNot() {
        Function<byte[], String> memo = ofContents(10);
        assertThrows(IllegalArgumentException.class, () -> memo.apply(utf8("bad")));
        assertThrows(IllegalArgumentException.class, () -> memo.apply(utf8("bad")));
        assertEquals(List.of("bad", "bad"), asked);
    }
}
