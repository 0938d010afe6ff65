package dev.assent.lab.bench;

import dev.assent.bench.Bench;
import dev.assent.bench.BenchPlan;
import dev.assent.bench.BenchResult;
import dev.assent.bench.Contender;
import dev.assent.bench.Ensemble;
import dev.assent.bench.Systems;
import dev.assent.cli.BenchOptions;
import dev.assent.cli.Main;
import dev.assent.processes.Cluster;
import dev.assent.processes.Stage;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** As {@code assent bench}, with other transaction managers too. */
@Command(
        name = "bench",
        description = {
            "Measures Assent beside other systems, all by turns in one run, with participants that do nothing.",
            "Peers: recipe, atomikos, narayana, narayana-journal, seata-file, seata-raft. Everything shares this machine:"
                    + " the ratios between the rows mean more than the figures."
        },
        mixinStandardHelpOptions = true)
public final class PeersBenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options;

    @Override
    public Integer call() throws Exception {
        BenchPlan plan;
        List<String> names;
        try {
            plan = options.plan();
            names = options.systems(known());
        } catch (IllegalArgumentException e) {
            spec.commandLine().getErr().println("bench: " + e.getMessage());
            return spec.exitCodeOnInvalidInput();
        }
        Path directory = Files.createTempDirectory("assent-bench-");
        try (Stage stage = new Stage(Main.class.getName(), directory)) {
            PrintWriter out = spec.commandLine().getOut();
            options.report(stage.perform(() -> measure(plan, names, stage.cluster(), directory)), out);
            out.flush();
        }
        return spec.exitCodeOnSuccess();
    }

    private static List<String> known() {
        List<String> known = new ArrayList<>(Systems.NAMES);
        known.addAll(Peer.labels());
        return known;
    }

    private BenchResult measure(BenchPlan plan, List<String> names, Cluster cluster, Path directory) throws Exception {
        Ensemble ensemble = Ensemble.start(cluster, plan.servers());
        Map<String, String> skipped = new TreeMap<>();
        try (Systems systems = new Systems(ensemble, plan)) {
            List<Contender> contenders = new ArrayList<>();
            for (String name : names) {
                Optional<Peer> peer = Peer.of(name);
                if (peer.isEmpty()) {
                    contenders.add(systems.open(name));
                    continue;
                }
                try {
                    PeerProcess process = start(peer.get(), cluster, directory);
                    systems.add(process);
                    contenders.add(process);
                } catch (SeataInstallation.UnavailableException e) {
                    skipped.put(name, e.getMessage());
                    progress(name + " skipped: " + e.getMessage());
                }
            }
            return new Bench(plan, contenders, Optional.of(systems.openRawWrites()), this::progress).run(skipped);
        }
    }

    private static PeerProcess start(Peer peer, Cluster cluster, Path directory) throws Exception {
        return switch (peer) {
            case SEATA_FILE -> PeerProcess.startConfined(peer, cluster, directory, SeataInstallation.find(directory));
            case SEATA_RAFT ->
                throw new SeataInstallation.UnavailableException(
                        "this program starts Seata with its file store alone, not as a group of Raft servers");
            case ATOMIKOS, NARAYANA, NARAYANA_JOURNAL -> PeerProcess.start(peer, cluster, directory);
        };
    }

    private void progress(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }
}
