package dev.assent.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Bad settings are refused, with key, value and bound. */
class ParticipantConfigTest {
    private static final ParticipantConfig GOOD = ParticipantConfig.of("bank");

    private static void refused(String words, Runnable setting) {
        String message =
                assertThrows(IllegalArgumentException.class, setting::run).getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void namesKeyValueAndBound() {
        refused("concurrency 0 is not in 1..1024", () -> GOOD.withBounds(0, 1, 1));
        refused("queueBound 0 is not in 1..1000000", () -> GOOD.withBounds(1, 0, 1));
        refused("branchBound 1000001 is not in 1..1000000", () -> GOOD.withBounds(1, 1, 1_000_001));
        refused(
                "rescanInterval PT0S is not above zero and up to PT168H",
                () -> GOOD.withIntervals(Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(1)));
        refused(
                "retryMax PT1S is shorter than retryMin PT2S",
                () -> GOOD.withRetries(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        refused("enlistedTimeout PT-1S", () -> GOOD.withTimeouts(Duration.ofSeconds(-1), Duration.ofSeconds(1)));
        refused("participant 'Bank' is not a valid name", () -> ParticipantConfig.of("Bank"));
        refused("instance 'a b' is not a valid name", () -> GOOD.withInstance("a b"));
    }

    @Test
    void tellsThePoolItsRoom() {
        assertEquals(9, GOOD.withBounds(4, 1, 1).poolThreads());
    }
}
