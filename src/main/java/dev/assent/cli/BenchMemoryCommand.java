package dev.assent.cli;

import dev.assent.bench.BenchPlan;
import dev.assent.bench.Ensemble;
import dev.assent.bench.MemoryTrial;
import dev.assent.processes.Cluster;
import dev.assent.processes.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures memory. */
@Command(
        name = "memory",
        description =
                "Measures how much heap one pending transaction of two participants costs the coordinator and each"
                        + " ZooKeeper server: what is alive after a full garbage collection, with and without them.")
final class BenchMemoryCommand extends BaseCommand {
    @Option(
            names = "--pending",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Transactions without a decision, 1 to 100000 (default: ${DEFAULT-VALUE}).")
    private int pending;

    @Mixin
    private ServersOption servers;

    @Override
    ExitCode execute() throws Exception {
        if (pending < 1 || pending > BenchPlan.MAX_BACKLOG) {
            throw CliException.usage("--pending " + pending + " is not in 1.." + BenchPlan.MAX_BACKLOG);
        }
        int size = valid(servers::count);
        Path directory = Files.createTempDirectory("assent-bench-");
        try (Stage stage = new Stage(Main.class.getName(), directory)) {
            Map<String, Double> bytes =
                    stage.perform(() -> measure(Ensemble.start(stage.cluster(), size), stage.cluster()));
            if (bytes.isEmpty()) {
                throw CliException.refused("this Java, " + System.getProperty("java.home")
                        + ", has no bin/jcmd to ask another JVM for its heap: use a JDK");
            }
            bytes.forEach((process, each) -> out().println(String.format(
                    Locale.ROOT,
                    "%-14s %8.0f bytes of heap for each of %d pending transactions",
                    process,
                    each,
                    pending)));
        }
        return ExitCode.OK;
    }

    private Map<String, Double> measure(Ensemble ensemble, Cluster cluster) throws Exception {
        return new MemoryTrial(ensemble, cluster, "/memory").run(pending);
    }
}
