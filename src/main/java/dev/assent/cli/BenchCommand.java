package dev.assent.cli;

import dev.assent.bench.Bench;
import dev.assent.bench.BenchPlan;
import dev.assent.bench.BenchResult;
import dev.assent.bench.Contender;
import dev.assent.bench.Ensemble;
import dev.assent.bench.Systems;
import dev.assent.processes.Cluster;
import dev.assent.processes.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures. */
@Command(
        name = "bench",
        subcommands = {BenchTakeoverCommand.class, BenchMemoryCommand.class, BenchEnsemblesCommand.class},
        description = {
            "Starts ZooKeeper servers on this machine and measures how many transactions of participants that do nothing"
                    + " Assent commits, beside two-phase commit as ZooKeeper's documentation sketches it.",
            "Everything shares this machine: the ratios between the rows mean more than the figures."
        })
final class BenchCommand extends BaseCommand {
    @Mixin
    private BenchOptions options;

    @Override
    ExitCode execute() throws Exception {
        BenchPlan plan = valid(options::plan);
        List<String> names = valid(() -> options.systems(List.of("recipe")));
        Path directory = Files.createTempDirectory("assent-bench-");
        try (Stage stage = new Stage(Main.class.getName(), directory)) {
            options.report(stage.perform(() -> measure(plan, names, stage.cluster())), out());
        }
        return ExitCode.OK;
    }

    private BenchResult measure(BenchPlan plan, List<String> names, Cluster cluster) throws Exception {
        Ensemble ensemble = Ensemble.start(cluster, plan.servers());
        try (Systems systems = new Systems(ensemble, plan)) {
            List<Contender> contenders = new ArrayList<>();
            for (String name : names) {
                contenders.add(systems.open(name));
            }
            return new Bench(plan, contenders, Optional.of(systems.openRawWrites()), this::progress).run(Map.of());
        }
    }
}
