package dev.assent.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No rule is broken in any of many schedules, and these meet everything that the rules are for. */
class SimulationTest {
    private static final long SCHEDULES = 20_000;
    private static final int THREADS = 2;

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void noRuleIsBrokenAndEverythingInterestingHappens() throws Exception {
        Campaign.Summary summary = new Campaign(1, SCHEDULES, THREADS, Plant.NONE, done -> {}).run();
        String told = summary.violation()
                .map(result -> "seed " + result.seed() + ": "
                        + result.violation().orElse("not found again") + "\n" + String.join("\n", result.lines()))
                .orElse("");
        assertEquals("", told);
        assertEquals(SCHEDULES, summary.schedules());
        List<Coverage.Event> missing = Stream.of(Coverage.Event.values())
                .filter(event -> summary.coverage().count(event) == 0)
                .toList();
        assertEquals(List.of(), missing, "never happened; " + summary.coverage());
    }

    @Test
    void sameSeedGivesTheSameSchedule() {
        for (long seed = 1; seed <= 20; seed++) {
            Simulation.Result once = Simulation.run(seed, Plant.NONE, new Coverage(), false);
            Simulation.Result again = Simulation.run(seed, Plant.NONE, new Coverage(), true);
            assertEquals(once.hash(), again.hash(), "seed " + seed);
            assertEquals(once.events(), again.events(), "seed " + seed);
            assertTrue(!again.lines().isEmpty());
            assertNotEquals(
                    once.hash(),
                    Simulation.run(seed + 1, Plant.NONE, new Coverage(), false).hash());
        }
    }
}
