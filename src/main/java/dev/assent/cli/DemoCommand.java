package dev.assent.cli;

import dev.assent.cli.demo.Demo;
import dev.assent.cli.demo.DemoOptions;
import dev.assent.cli.demo.DemoResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Plays the demo. */
@Command(
        name = "demo",
        description = {
            "Starts three ZooKeeper servers, three coordinators and two banks on this machine, moves money, kills the"
                    + " leading coordinator while votes are in and the decision is not, and counts the money.",
            "The last line says how it ended; the exit code is 0 only if nothing was violated and no outcome is unknown,"
                    + " else 1."
        })
final class DemoCommand extends BaseCommand {
    @Option(
            names = "--transactions",
            paramLabel = "N",
            defaultValue = "200",
            description = "How many transfers (default: ${DEFAULT-VALUE}; " + DemoOptions.MIN_TRANSACTIONS + " to "
                    + DemoOptions.MAX_TRANSACTIONS + ").")
    private int transactions;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides accounts, amounts and moments (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--hold-votes",
            description = "Hold votes back instead of pausing the leader, as is done where there is no sh.")
    private boolean holdVotes;

    @Option(names = "--keep", description = "Leave everything running until Ctrl-C, and say how to look at it.")
    private boolean keep;

    @Override
    ExitCode execute() throws Exception {
        DemoOptions options;
        try {
            options = new DemoOptions(transactions, seed, holdVotes, keep);
        } catch (IllegalArgumentException e) {
            throw CliException.usage(e.getMessage());
        }
        DemoResult result = new Demo(options, out(), Main.class.getName()).play();
        return result.fine() ? ExitCode.OK : ExitCode.VIOLATION;
    }
}
