package dev.assent.cli;

import dev.assent.bench.BenchPage;
import dev.assent.bench.BenchPlan;
import dev.assent.bench.BenchReport;
import dev.assent.bench.BenchResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a measurement can be told, the same for every command that measures. */
public final class BenchOptions {
    @Option(
            names = "--participants",
            split = ",",
            paramLabel = "N",
            defaultValue = "2",
            description = "Participants of each transaction, 1 to 16 (default: ${DEFAULT-VALUE}).")
    private List<Integer> participants;

    @Option(
            names = "--in-flight",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,8,64,256",
            description = "Transactions on their way at once, 1 to 1024 (default: ${DEFAULT-VALUE}).")
    private List<Integer> inFlight;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "How long each load lasts (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "5",
            description = "Seconds of load for each system before anything is measured (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often each load is measured, the systems by turns; the median counts"
                    + " (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "16",
            description = "What each participant is sent (default: ${DEFAULT-VALUE}).")
    private int payload;

    @Option(
            names = "--abort-percent",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many of a hundred transactions one participant refuses (default: ${DEFAULT-VALUE}).")
    private int abortPercent;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Begin N transactions a second, whatever becomes of those before them, and count each latency"
                    + " from when it was to begin; 0: one begins when one ends (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--backlog",
            paramLabel = "N",
            defaultValue = "0",
            description = "Other transactions that are pending all the time, 0 to 100000 (default: ${DEFAULT-VALUE}).")
    private int backlog;

    @Mixin
    private ServersOption servers;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            defaultValue = "1",
            description = "Coordinators, 1 to 5 (default: ${DEFAULT-VALUE}).")
    private int replicas;

    @Option(
            names = "--together",
            paramLabel = "N",
            defaultValue = "64",
            description = "How many transactions may share their znodes, 1 to 64; 1: each has its own"
                    + " (default: ${DEFAULT-VALUE}).")
    private int together;

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            description = "The systems that are measured beside Assent, all by turns; none: Assent alone"
                    + " (default: recipe).")
    private List<String> peers;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the rows to FILE.")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a page with plots of the rows to FILE.")
    private Path html;

    /**
     * What is to be measured.
     *
     * @throws IllegalArgumentException in one line: option, value and bound
     */
    public BenchPlan plan() {
        return new BenchPlan(
                BenchPlan.settings(participants, inFlight, payload, abortPercent, rate),
                Duration.ofSeconds(seconds),
                Duration.ofSeconds(warmUp),
                rounds,
                servers.count(),
                replicas,
                backlog,
                together);
    }

    /**
     * The systems to measure, Assent first.
     *
     * @param known the peers that can be asked for
     * @throws IllegalArgumentException for another one
     */
    public List<String> systems(List<String> known) {
        List<String> systems = new ArrayList<>(List.of("assent"));
        for (String peer :
                peers == null ? List.of("recipe") : peers.equals(List.of("none")) ? List.<String>of() : peers) {
            if (!known.contains(peer)) {
                throw new IllegalArgumentException(
                        "--peers " + peer + " is not known: use " + String.join(", ", known));
            }
            if (!systems.contains(peer)) {
                systems.add(peer);
            }
        }
        return systems;
    }

    /** Shows the result, and writes the files that were asked for. */
    public void report(BenchResult result, PrintWriter out) throws IOException {
        BenchReport.costs(result.rows()).forEach(out::println);
        out.println();
        BenchReport.processes(result.rows()).forEach(out::println);
        out.println();
        BenchReport.table(result).forEach(out::println);
        out.flush();
        if (json != null) {
            Files.writeString(json, BenchReport.json(result));
        }
        if (html != null) {
            Files.writeString(html, BenchPage.of(result));
        }
    }
}
