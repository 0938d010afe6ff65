package dev.assent.lab.demo;

import dev.assent.cli.demo.DemoOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Plays the demo on real resources. */
@Command(
        name = "demo",
        description = {
            "Moves money between two databases, with a Kafka record and a receipt file for each transfer, kills the"
                    + " leading coordinator, a participant and a database server, and checks everything at the end.",
            "The last line says how it ended; exit code 0: everything was as promised."
        },
        mixinStandardHelpOptions = true)
public final class ResourcesDemoCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(160);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--resources",
            paramLabel = "NAME[,…]",
            defaultValue = "postgres,mariadb,kafka,files",
            description = "Which of postgres, mariadb, kafka and files take part; default: ${DEFAULT-VALUE}. With one"
                    + " database both banks live in it, with none in files.")
    private String resources;

    @Option(
            names = "--transactions",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many transfers; default: ${DEFAULT-VALUE}.")
    private int transactions;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides accounts, amounts, moments and who is killed; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--hold-votes",
            description = "Hold votes back instead of pausing the leader, as is done where there is no sh.")
    private boolean holdVotes;

    @Override
    public Integer call() throws Exception {
        Set<Kind> kinds;
        DemoOptions options;
        try {
            kinds = Kind.parse(resources);
            options = new DemoOptions(transactions, seed, holdVotes, false);
        } catch (IllegalArgumentException e) {
            spec.commandLine().getErr().println("demo: " + e.getMessage());
            return spec.exitCodeOnInvalidInput();
        }
        endAfter(LIMIT);
        ResourcesResult result =
                new ResourcesDemo(options, kinds, spec.commandLine().getOut()).play();
        return result.fine() ? 0 : 1;
    }

    /** Every wait in the demo has its bound; their sum has this one. */
    private void endAfter(Duration limit) {
        CompletableFuture.delayedExecutor(limit.toSeconds(), TimeUnit.SECONDS).execute(() -> {
            spec.commandLine().getErr().println("demo: not at its end after " + limit.toSeconds() + " s: ended");
            System.exit(1);
        });
    }
}
