package dev.assent.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One schedule: the same seed gives the same schedule, to the last event. Everything of it runs on the calling thread.
 *
 * <p>A schedule has a time of work and faults, and then a calm in which everything has to end.
 */
final class Simulation {
    private static final long CALM = Duration.ofMinutes(5).toNanos();
    private static final long LOOK = Duration.ofSeconds(2).toNanos();
    private static final Pattern TIME_OF_DAY = Pattern.compile("(?m)^[0-9T:.Z-]+ ");
    private static final int MOST_EVENTS = 3_000_000;

    /**
     * How a schedule went.
     *
     * @param violation the first rule that was broken, and how
     * @param hash over everything that happened
     * @param events how many events it had
     * @param lines what happened last, in words, where asked for
     */
    record Result(long seed, Optional<String> violation, long hash, long events, List<String> lines) {}

    private Simulation() {}

    static Result run(long seed, Plant plant, Coverage coverage, boolean inWords) {
        ErrorLog.listen();
        try {
            return new Simulation().schedule(seed, plant, coverage, inWords);
        } finally {
            ErrorLog.stop();
        }
    }

    private Result schedule(long seed, Plant plant, Coverage coverage, boolean inWords) {
        World world = new World(seed, plant, coverage, inWords);
        Workload workload = new Workload(world);
        world.processes.forEach(process -> world.time.after(world.rng.upTo(LOOK / 20), process::start));
        world.time.after(LOOK / 4, () -> {
            workload.arrange();
            new Chaos(world).arrange();
        });
        long events = 0;
        long end = LOOK / 4 + world.plan.workTime;
        while (!world.journal.violated() && world.time.step(end)) {
            events++;
            listen(world);
        }
        world.heal();
        EndChecker last = new EndChecker(world);
        List<String> pending = List.of("nothing was looked at");
        for (long look = end + LOOK; look < end + CALM && !pending.isEmpty(); look += LOOK) {
            while (!world.journal.violated() && world.time.step(look)) {
                listen(world);
                if (++events > MOST_EVENTS) {
                    world.journal.violation("liveness", "more than " + MOST_EVENTS + " events: something spins");
                }
            }
            if (world.journal.violated()) {
                break;
            }
            workload.tidy();
            pending = last.pending();
        }
        if (!world.journal.violated() && !pending.isEmpty()) {
            world.journal.violation(
                    "liveness", "after " + Duration.ofNanos(CALM) + " of calm: " + String.join("; ", pending));
        }
        if (!world.journal.violated()) {
            last.agreement();
        }
        return new Result(seed, world.journal.violation(), world.journal.hash(), events, world.journal.lines());
    }

    /** A role that logs an error stepped over a defect. */
    private static void listen(World world) {
        String logged = ErrorLog.taken();
        boolean promised = world.plan.brokenPromises > 0 && logged.contains("broke its promise");
        if ((logged.contains(" ERROR ") && !promised) || logged.contains("has no step for")) {
            world.journal.violation(
                    "defect", TIME_OF_DAY.matcher(logged).replaceAll("").strip());
        } else if (!logged.isEmpty()) {
            world.journal.words("log", "", logged.strip());
        }
    }
}
