package dev.assent.lab.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.assent.adapter.postgresql.PostgresServer;
import dev.assent.bench.Bench;
import dev.assent.bench.BenchPlan;
import dev.assent.bench.BenchReport;
import dev.assent.bench.BenchResult;
import dev.assent.bench.Ensemble;
import dev.assent.bench.Row;
import dev.assent.cli.Main;
import dev.assent.cli.ServersOption;
import dev.assent.processes.Child;
import dev.assent.processes.Stage;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures Assent with real databases. */
@Command(
        name = "bench-postgres",
        description = {
            "Measures Assent with two PostgreSQL servers as participants, beside a loop that prepares and commits the same"
                    + " inserts on them and keeps no log at all, by turns in one run.",
            "The last line says how much of the loop's rate Assent has."
        },
        mixinStandardHelpOptions = true)
public final class PostgresBenchCommand implements Callable<Integer> {
    private static final int DATABASES = 2;
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "64",
            description = "Transactions on their way at once (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "How long each load lasts (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "60",
            description = "Seconds of load for each before anything is measured (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often each is measured (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Mixin
    private ServersOption servers;

    @Override
    public Integer call() throws Exception {
        BenchPlan plan;
        try {
            plan = new BenchPlan(
                    BenchPlan.settings(List.of(DATABASES), List.of(clients), 16, 0, 0),
                    Duration.ofSeconds(seconds),
                    Duration.ofSeconds(warmUp),
                    rounds,
                    servers.count(),
                    1,
                    0,
                    1);
        } catch (IllegalArgumentException e) {
            spec.commandLine().getErr().println("bench-postgres: " + e.getMessage());
            return spec.exitCodeOnInvalidInput();
        }
        Path directory = Files.createTempDirectory("assent-bench-");
        PrintWriter out = spec.commandLine().getOut();
        try (Stage stage = new Stage(Main.class.getName(), directory)) {
            BenchResult result = stage.perform(() -> measure(plan, stage, directory));
            BenchReport.processes(result.rows()).forEach(out::println);
            BenchReport.table(result).forEach(out::println);
            out.println(String.format(
                    Locale.ROOT,
                    "assent commits %.0f %% of what the loop without a log does",
                    100 * rate(result, "assent") / rate(result, "postgres-loop")));
            out.flush();
        }
        return spec.exitCodeOnSuccess();
    }

    private static double rate(BenchResult result, String system) {
        return result.rows().stream()
                .filter(row -> row.system().equals(system))
                .mapToDouble(Row::committedPerSecond)
                .findFirst()
                .orElseThrow();
    }

    private BenchResult measure(BenchPlan plan, Stage stage, Path directory) throws Exception {
        List<DataSource> sources = new ArrayList<>();
        for (int i = 1; i <= DATABASES; i++) {
            PostgresServer server = PostgresServer.start(
                    Files.createDirectories(directory.resolve("postgres-" + i)),
                    "max_prepared_transactions=" + 8 * clients,
                    "max_connections=" + (connections() + 20),
                    "unix_socket_directories=");
            stage.add(server);
            server.run(PostgresWork.TABLE);
            sources.add(pool(stage, server));
        }
        Ensemble ensemble = Ensemble.start(stage.cluster(), plan.servers());
        try (PostgresAssent assent = new PostgresAssent(ensemble, coordinator(stage, ensemble), sources, clients);
                PostgresLoop loop = new PostgresLoop(sources)) {
            return new Bench(plan, List.of(assent, loop), Optional.empty(), this::progress).run(Map.of());
        }
    }

    /** To each server, the same for both sides: every step on it takes one, and a few are for what is done beside. */
    private int connections() {
        return clients + 4;
    }

    private DataSource pool(Stage stage, PostgresServer server) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(server.dataSource());
        config.setMaximumPoolSize(connections());
        config.setConnectionTimeout(START_LIMIT.toMillis());
        HikariDataSource pool = new HikariDataSource(config);
        stage.add(pool);
        return pool;
    }

    private static Child coordinator(Stage stage, Ensemble ensemble) throws Exception {
        Child coordinator = stage.cluster()
                .start(
                        "coordinator",
                        // It would compile for longer than is measured, on cores that the databases need.
                        List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                        Main.class.getName(),
                        List.of(
                                "coordinator",
                                "--id",
                                "c1",
                                "--zookeeper",
                                ensemble.connectString(),
                                "--end-with-parent"));
        coordinator.awaitLine("ready", START_LIMIT);
        return coordinator;
    }

    private void progress(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }
}
