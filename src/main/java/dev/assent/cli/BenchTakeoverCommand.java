package dev.assent.cli;

import dev.assent.bench.Ensemble;
import dev.assent.bench.TakeoverTrial;
import dev.assent.processes.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a takeover. */
@Command(
        name = "takeover",
        description = {
            "Measures from the end of the old leader's session to the last pending decision.",
            "All pending transactions have two participants and every vote YES. The silence after which a session ends"
                    + " (the session timeout) comes before and is not counted."
        })
final class BenchTakeoverCommand extends BaseCommand {
    @Option(
            names = "--pending",
            split = ",",
            paramLabel = "N",
            defaultValue = "10,10000",
            description = "Transactions without a decision, 1 to 10000 (default: ${DEFAULT-VALUE}).")
    private List<Integer> pending;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "1",
            description = "How often each is measured (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Mixin
    private ServersOption servers;

    @Override
    ExitCode execute() throws Exception {
        for (int many : pending) {
            if (many < 1 || many > TakeoverTrial.MAX_PENDING) {
                throw CliException.usage("--pending " + many + " is not in 1.." + TakeoverTrial.MAX_PENDING);
            }
        }
        int size = valid(servers::count);
        Path directory = Files.createTempDirectory("assent-bench-");
        try (Stage stage = new Stage(Main.class.getName(), directory)) {
            stage.perform(() -> {
                measure(Ensemble.start(stage.cluster(), size));
                return null;
            });
        }
        return ExitCode.OK;
    }

    private void measure(Ensemble ensemble) throws Exception {
        out().println("  pending   leads ms decided ms   known ms");
        for (int round = 1; round <= rounds; round++) {
            for (int many : pending) {
                TakeoverTrial.Result result = TakeoverTrial.run(ensemble, "/takeover-" + round + "-" + many, many);
                out().println(String.format(
                        Locale.ROOT,
                        "%9d %10d %10d %10d",
                        result.pending(),
                        result.leading().toMillis(),
                        result.decided().toMillis(),
                        result.known().toMillis()));
                out().flush();
            }
        }
    }
}
