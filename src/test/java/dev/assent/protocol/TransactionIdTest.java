package dev.assent.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transaction id and its text are one to one. */
class TransactionIdTest {
    private static final long LARGEST = 999_999_999_999_999_999L;

    @Test
    void textAndIdAreOneToOne() {
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            long generation = 1 + (random.nextLong() >>> (1 + random.nextInt(62))) % LARGEST;
            TransactionId id = TransactionId.of(generation, random.nextLong() >> random.nextInt(64));
            assertEquals(id, TransactionId.parse(id.toString()));
            String damaged = damaged(id.toString(), random);
            TransactionId.tryParse(damaged).ifPresent(other -> assertEquals(damaged, other.toString()));
        }
    }

    private static String damaged(String text, Random random) {
        int at = random.nextInt(text.length());
        String put = Character.toString("0123456789abcdef-g /\n\0A".charAt(random.nextInt(23)));
        return text.substring(0, at) + (random.nextBoolean() ? put : "") + text.substring(at + random.nextInt(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1-",
                "-0123456789abcdef",
                "0-0123456789abcdef",
                "01-0123456789abcdef",
                "1-0123456789ABCDEF",
                "1-0123456789abcde",
                "1-0123456789abcdef0",
                "1-0123456789abcdef\n",
                " 1-0123456789abcdef",
                "1000000000000000000-0123456789abcdef",
                "-1-0123456789abcdef",
                "١-0123456789abcdef"
            })
    void notAnId(String text) {
        assertEquals(Optional.empty(), TransactionId.tryParse(text));
        String message = assertThrows(IllegalArgumentException.class, () -> TransactionId.parse(text))
                .getMessage();
        assertTrue(message.contains("'" + text + "'"), message);
    }

    @Test
    void boundsOfItsParts() {
        assertEquals(LARGEST, TransactionId.parse(LARGEST + "-0123456789abcdef").generation());
        for (long generation : new long[] {0, -1, LARGEST + 1, Long.MIN_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> TransactionId.of(generation, 1));
        }
    }

    @Test
    void orderedByGenerationFirst() {
        assertTrue(TransactionId.of(9, -1).compareTo(TransactionId.of(10, 0)) < 0);
        assertTrue(TransactionId.of(10, 1).compareTo(TransactionId.of(10, 2)) < 0);
        assertEquals(0, TransactionId.of(3, 3).compareTo(TransactionId.of(3, 3)));
        assertTrue(TransactionId.parse("3-8000000000000000").compareTo(TransactionId.parse("3-7fffffffffffffff")) > 0);
    }

    @Test
    void sharesZnodesWithThoseOfItsOwnBundle() {
        TransactionId third = TransactionId.together(5, 0xabc_0000L, 4, 3);
        assertTrue(third.sharesZnodesWith(TransactionId.together(5, 0xabc_0000L, 4, 1)));
        assertFalse(third.sharesZnodesWith(TransactionId.together(6, 0xabc_0000L, 4, 1)));
        assertFalse(third.sharesZnodesWith(TransactionId.together(5, 0xabd_0000L, 4, 1)));
        assertFalse(third.sharesZnodesWith(TransactionId.together(5, 0xabc_0000L, 5, 1)));
        assertFalse(third.sharesZnodesWith(TransactionId.alone(5, 0xabc_0000L)));
        assertFalse(TransactionId.alone(5, 7).sharesZnodesWith(TransactionId.alone(5, 7)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "01", "-1", "1-", "1000000000000000000", "x"})
    void notAGeneration(String text) {
        assertEquals(Optional.empty(), TransactionId.tryParseGeneration(text));
    }

    @Test
    void readsAGeneration() {
        assertEquals(Optional.of(LARGEST), TransactionId.tryParseGeneration(Long.toString(LARGEST)));
    }
}
