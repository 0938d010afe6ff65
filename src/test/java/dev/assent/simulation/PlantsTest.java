package dev.assent.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each guard that is taken away is missed: the checker finds what it prevents. */
class PlantsTest {
    private static final long SCHEDULES = 3_000;
    private static final int THREADS = 2;

    @ParameterizedTest
    @EnumSource(Plants.class)
    void missingGuardIsFound(Plants guard) throws Exception {
        Campaign.Summary summary = new Campaign(1, SCHEDULES, THREADS, guard.plant(), done -> {}).run();
        assertTrue(
                summary.violation().flatMap(Simulation.Result::violation).isPresent(),
                () -> guard + " was taken away and " + summary.schedules() + " schedules found nothing wrong");
    }
}
