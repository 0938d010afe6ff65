package dev.assent.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * Measures several systems under the same loads in one run, by turns, so that whatever else this machine does hits all of
 * them. To be used once.
 */
public final class Bench {
    /** What the servers' JVMs are started with: three of them share this machine with everything else. */
    public static final List<String> SERVER_OPTIONS = List.of(
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-Dzookeeper.nio.numWorkerThreads=0",
            "-Dzookeeper.commitProcessor.numWorkerThreads=0");

    private final BenchPlan plan;
    private final List<TransactionSystem> systems;
    private final Consumer<String> progress;
    private long seed = 1;

    /**
     * @param systems open; stay the caller's
     * @param progress takes a line for each load
     */
    public Bench(BenchPlan plan, List<TransactionSystem> systems, Consumer<String> progress) {
        this.plan = plan;
        this.systems = List.copyOf(systems);
        this.progress = progress;
    }

    /** Runs everything; a row for each setting and system. */
    public List<Row> run() throws Exception {
        if (!plan.warmUp().isZero()) {
            Setting busiest = plan.settings().get(plan.settings().size() - 1);
            for (TransactionSystem system : systems) {
                load(system, busiest, plan.warmUp());
            }
        }
        Map<Setting, Map<TransactionSystem, List<Sample>>> samples = new LinkedHashMap<>();
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Setting setting : plan.settings()) {
                for (TransactionSystem system : systems) {
                    Sample sample = load(system, setting, plan.length());
                    samples.computeIfAbsent(setting, key -> new LinkedHashMap<>())
                            .computeIfAbsent(system, key -> new ArrayList<>())
                            .add(sample);
                    progress.accept(String.format(
                            "round %d of %d: %s, %d participants, %d in flight: %.0f committed a second",
                            round,
                            plan.rounds(),
                            system.name(),
                            setting.participants(),
                            setting.inFlight(),
                            sample.committedPerSecond()));
                }
            }
        }
        List<Row> rows = new ArrayList<>();
        samples.forEach((setting, bySystem) -> bySystem.forEach((system, measured) ->
                rows.add(Row.of(system, setting, plan.backlog(), plan.replicas(), measured))));
        return rows;
    }

    private Sample load(TransactionSystem system, Setting setting, Duration length)
            throws Exception, InterruptedException, ExecutionException {
        system.prepare(setting);
        return new Load(system, setting, length, seed++).run();
    }
}
