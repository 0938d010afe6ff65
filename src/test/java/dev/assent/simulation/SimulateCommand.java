package dev.assent.simulation;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs schedules and tells what they covered; a violation ends it with exit code 1, its seed and its last steps. */
@Command(
        name = "simulate",
        description = "Runs coordinators, participants and initiators in virtual time, under faults drawn from a seed,"
                + " and holds every step against the rules of the design page.",
        mixinStandardHelpOptions = true)
public final class SimulateCommand implements Callable<Integer> {
    private static final long STEP = 1_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--schedules", description = "How many schedules to run (default: ${DEFAULT-VALUE}).")
    private long schedules = 10_000;

    @Option(names = "--seed", description = "The first schedule's seed; the others follow (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--threads", description = "On how many threads (default: as many as processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--plant", description = "Takes one guard away, which has to be found: ${COMPLETION-CANDIDATES}.")
    private Plants plant;

    @Option(names = "--words", description = "Tells the last steps of the schedule also where no rule was broken.")
    private boolean words;

    @Override
    public Integer call() throws Exception {
        if (schedules < 1 || threads < 1) {
            throw new ParameterException(spec.commandLine(), "--schedules and --threads must be at least 1");
        }
        Plant planted = plant == null ? Plant.NONE : plant.plant();
        long started = System.nanoTime();
        Campaign.Summary summary = new Campaign(seed, schedules, threads, planted, done -> {
                    if (done % STEP == 0) {
                        print(done + " of " + schedules + " schedules, " + rate(done, started));
                    }
                })
                .run();
        print(summary.schedules() + " schedules from seed " + seed + ", " + rate(summary.schedules(), started) + ", "
                + summary.events() / summary.schedules() + " events each");
        print("covered: " + summary.coverage());
        if (summary.violation().isPresent()) {
            Simulation.Result found = summary.violation().get();
            found.lines().forEach(this::print);
            print("VIOLATION of "
                    + found.violation().orElse("nothing when run again: the simulation is not deterministic"));
            print("seed " + found.seed() + ", hash " + Long.toHexString(found.hash())
                    + "; again with: simulate --schedules 1 --seed " + found.seed()
                    + (plant == null ? "" : " --plant " + plant));
            return 1;
        }
        if (words) {
            Simulation.run(seed, planted, new Coverage(), true).lines().forEach(this::print);
        }
        print("no rule was broken; hash " + Long.toHexString(summary.hash()));
        return 0;
    }

    private static String rate(long done, long started) {
        double seconds =
                Math.max(1, Duration.ofNanos(System.nanoTime() - started).toMillis()) / 1_000.0;
        return String.format("%.0f schedules/s", done / seconds);
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
