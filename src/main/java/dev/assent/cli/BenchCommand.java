package dev.assent.cli;

import dev.assent.processes.Stage;
import dev.assent.bench.Bench;
import dev.assent.bench.BenchPlan;
import dev.assent.bench.Row;
import dev.assent.bench.Systems;
import dev.assent.processes.Cluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures. */
@Command(
        name = "bench",
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
        BenchPlan plan = options.plan();
        Path directory = Files.createTempDirectory("assent-bench-");
        try (Stage stage = new Stage(Main.class.getName(), directory)) {
            List<Row> rows = stage.perform(() -> measure(plan, stage.cluster()));
            options.report(rows, out());
        }
        return ExitCode.OK;
    }

    private List<Row> measure(BenchPlan plan, Cluster cluster) throws Exception {
        if (plan.servers() == 1) {
            cluster.startServer(Bench.SERVER_OPTIONS);
        } else {
            cluster.startServers(plan.servers(), Bench.SERVER_OPTIONS);
        }
        try (Systems systems = new Systems(cluster.connectString(), plan)) {
            return new Bench(plan, systems.open(List.of("assent", "recipe")), err()::println).run();
        }
    }
}
