package dev.assent.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * Measures several systems under the same loads in one run, by turns, so that whatever else this machine does hits all of
 * them. To be used once.
 */
public final class Bench {
    private static final Setting ONE_WRITE = new Setting(1, 1, 0, 0, 0);
    private static final Duration RAW_LENGTH = Duration.ofSeconds(2);

    private final BenchPlan plan;
    private final List<Contender> systems;
    private final Optional<Contender> rawWrites;
    private final Consumer<String> progress;
    private long seed = 1;

    /**
     * @param systems open; stay the caller's
     * @param rawWrites measured once in each round, with one client; stays the caller's
     * @param progress takes a line for each load
     */
    public Bench(
            BenchPlan plan,
            List<? extends Contender> systems,
            Optional<Contender> rawWrites,
            Consumer<String> progress) {
        this.plan = plan;
        this.systems = List.copyOf(systems);
        this.rawWrites = rawWrites;
        this.progress = progress;
    }

    /**
     * Runs everything; a row for each setting and system.
     *
     * @param skipped what cannot be measured here, with the reason, for the result
     */
    public BenchResult run(Map<String, String> skipped) throws Exception {
        warmUp();
        Map<Setting, Map<Contender, List<Sample>>> samples = new LinkedHashMap<>();
        Histogram writes = new Histogram(3);
        for (int round = 1; round <= plan.rounds(); round++) {
            if (rawWrites.isPresent()) {
                writes.add(
                        load(rawWrites.get(), ONE_WRITE, shorter(plan.length())).latencies());
            }
            for (Setting setting : plan.settings()) {
                for (Contender system : systems) {
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
        samples.forEach((setting, bySystem) ->
                bySystem.forEach((system, measured) -> rows.add(Row.of(system, setting, measured))));
        OptionalLong write = writes.getTotalCount() == 0
                ? OptionalLong.empty()
                : OptionalLong.of(writes.getValueAtPercentile(50) / 1_000);
        Map<String, String> remarks = systems.stream()
                .filter(system -> !system.remark().isEmpty())
                .collect(Collectors.toMap(Contender::name, Contender::remark));
        return new BenchResult(rows, skipped, remarks, write);
    }

    private void warmUp() throws Exception {
        if (!plan.warmUp().isZero()) {
            Setting busiest = plan.settings().get(plan.settings().size() - 1);
            for (Contender system : systems) {
                progress.accept("warming up: " + system.name());
                load(system, busiest, plan.warmUp());
            }
            if (rawWrites.isPresent()) {
                load(rawWrites.get(), ONE_WRITE, shorter(plan.warmUp()));
            }
        }
    }

    private static Duration shorter(Duration length) {
        return length.compareTo(RAW_LENGTH) < 0 ? length : RAW_LENGTH;
    }

    private Sample load(Contender system, Setting setting, Duration length) throws Exception {
        system.prepare(setting);
        Map<String, Usage> before = Usage.of(system.processes());
        Sample sample = system.load(setting, length, seed++);
        return sample.with(Usage.between(before, Usage.of(system.processes())));
    }
}
