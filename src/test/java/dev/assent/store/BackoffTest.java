package dev.assent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration FIRST = Duration.ofMillis(100);

    @Test
    void growsToItsBoundAndStartsAgain() {
        Backoff backoff = new Backoff(FIRST, Duration.ofMillis(350), () -> 0);
        List<Long> pauses =
                IntStream.range(0, 4).mapToObj(i -> backoff.next().toMillis()).toList();
        assertEquals(List.of(100L, 200L, 350L, 350L), pauses);
        backoff.reset();
        assertEquals(FIRST, backoff.next());
    }

    @Test
    void chanceTakesAtMostHalf() {
        Backoff most = new Backoff(FIRST, FIRST, () -> FIRST.toNanos() / 2);
        assertEquals(FIRST.dividedBy(2), most.next());
        Backoff negative = new Backoff(FIRST, FIRST, () -> -1);
        for (int i = 0; i < 100; i++) {
            Duration pause = negative.next();
            assertTrue(pause.compareTo(FIRST.dividedBy(2)) >= 0 && pause.compareTo(FIRST) <= 0, pause::toString);
        }
    }

    @Test
    void refusesAPauseThatIsNone() {
        assertThrows(IllegalArgumentException.class, () -> new Backoff(Duration.ZERO, FIRST, () -> 0));
        assertThrows(IllegalArgumentException.class, () -> new Backoff(FIRST, FIRST.dividedBy(2), () -> 0));
    }
}
