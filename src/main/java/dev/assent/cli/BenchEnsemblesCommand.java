package dev.assent.cli;

import dev.assent.bench.Bench;
import dev.assent.bench.BenchPlan;
import dev.assent.bench.BenchResult;
import dev.assent.bench.Contender;
import dev.assent.bench.Ensemble;
import dev.assent.bench.Row;
import dev.assent.bench.Systems;
import dev.assent.processes.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures two ensembles. */
@Command(
        name = "ensembles",
        description = {
            "Measures Assent on one ensemble, and on two under one initiator: transactions are spread over both, and every"
                    + " participant is connected to both.",
            "The last line is how much more two commit than one, each at its best level. On few cores they share the same"
                    + " CPU: the CPU of each process says what held them."
        })
final class BenchEnsemblesCommand extends BaseCommand {
    @Mixin
    private BenchOptions options;

    @Override
    ExitCode execute() throws Exception {
        BenchPlan plan = valid(options::plan);
        Path one = Files.createTempDirectory("assent-bench-");
        Path two = Files.createTempDirectory("assent-bench-");
        try (Stage first = new Stage(Main.class.getName(), one);
                Stage second = new Stage(Main.class.getName(), two)) {
            BenchResult result = first.perform(() -> measure(
                    plan,
                    Ensemble.start(first.cluster(), plan.servers()).named("first-"),
                    Ensemble.start(second.cluster(), plan.servers()).named("second-")));
            options.report(result, out());
            out().println(String.format(
                    Locale.ROOT,
                    "two ensembles commit %.2f times as many as one",
                    best(result, true) / best(result, false)));
        }
        return ExitCode.OK;
    }

    private BenchResult measure(BenchPlan plan, Ensemble first, Ensemble second) throws Exception {
        try (Systems systems = new Systems(first, plan)) {
            List<Contender> contenders = List.of(systems.open("assent"), systems.openTwo(second));
            return new Bench(plan, contenders, Optional.empty(), this::progress).run(Map.of());
        }
    }

    private static double best(BenchResult result, boolean two) {
        return result.rows().stream()
                .filter(row -> row.system().equals("assent") != two)
                .mapToDouble(Row::committedPerSecond)
                .max()
                .orElseThrow();
    }
}
