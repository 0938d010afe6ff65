package dev.assent.cli;

import dev.assent.Version;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command {@code assent}. */
@Command(
        name = "assent",
        description = "An atomic commit service on Apache ZooKeeper.",
        versionProvider = Main.VersionProvider.class,
        subcommands = {
            ZooKeeperCommand.class,
            CoordinatorCommand.class,
            DemoCommand.class,
            BenchCommand.class,
            CommitCommand.class,
            OutcomeCommand.class,
            StatusCommand.class,
            TransactionsCommand.class,
            TransactionCommand.class,
            ParticipantsCommand.class,
            ResolveCommand.class,
            ZkCliCommand.class
        })
public final class Main implements Runnable {
    private static final Map<String, String> ENVIRONMENT =
            Map.of(ConnectionOptions.ZOOKEEPER, "ASSENT_ZOOKEEPER", ConnectionOptions.CHROOT, "ASSENT_CHROOT");

    /** Commands that run for long and log what they do. */
    private static final Set<String> SERVERS = Set.of("zookeeper", "coordinator");

    private static final Map<String, String> LOG_LEVELS =
            Map.of("defaultLogLevel", "warn", "log.org.apache.zookeeper", "off", "log.org.apache.curator", "off");

    @Spec
    private CommandSpec spec;

    private final Map<String, String> environment;

    private Main(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    Map<String, String> environment() {
        return environment;
    }

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        if (args.length == 0 || !SERVERS.contains(args[0])) {
            speakUpOnlyAboutTrouble();
        }
        System.exit(commandLine(System.getenv()).execute(args));
    }

    /** Before anything logs: a lost connection is told in the command's own words, not in stack traces. */
    private static void speakUpOnlyAboutTrouble() {
        LOG_LEVELS.forEach((logger, level) -> {
            String property = "org.slf4j.simpleLogger." + logger;
            if (System.getProperty(property) == null) {
                System.setProperty(property, level);
            }
        });
    }

    static CommandLine commandLine(Map<String, String> environment) {
        CommandLine line = new CommandLine(new Main(environment));
        CoordinatorCommand.addSettings(line.getSubcommands().get("coordinator").getCommandSpec());
        configure(line, environment);
        line.setParameterExceptionHandler(Main::wrongUsage);
        line.setExecutionExceptionHandler(Main::failed);
        return line;
    }

    private static void configure(CommandLine line, Map<String, String> environment) {
        UsageMessageSpec usage = line.getCommandSpec().usageMessage();
        usage.exitCodeListHeading("%nExit codes:%n");
        usage.exitCodeList(ExitCode.described());
        usage.width(100);
        line.getCommandSpec().mixinStandardHelpOptions(true);
        line.getCommandSpec().versionProvider(new VersionProvider());
        line.setDefaultValueProvider(new Environment(environment));
        // What follows zkcli's first word belongs to ZooKeeper's shell: ls -R /assent
        line.setStopAtPositional(line.getCommandName().equals("zkcli"));
        line.getSubcommands().values().forEach(each -> configure(each, environment));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    private static int wrongUsage(ParameterException failure, String[] args) {
        return complain(failure.getCommandLine(), ExitCode.USAGE, failure.getMessage(), true);
    }

    private static int failed(Exception failure, CommandLine line, ParseResult parsed) {
        if (failure instanceof CliException known) {
            return complain(line, known.exitCode(), known.getMessage(), false);
        }
        Logger log = LoggerFactory.getLogger(Main.class);
        log.error("{} failed", line.getCommandSpec().qualifiedName(), failure);
        return complain(line, ExitCode.VIOLATION, "failed: " + failure, false);
    }

    /** One line, whatever the message looks like. */
    private static int complain(CommandLine line, ExitCode code, String message, boolean pointToHelp) {
        String name = line.getCommandSpec().qualifiedName();
        String text = String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", "; ");
        line.getErr().println(name + ": " + text + (pointToHelp ? " (see " + name + " --help)" : ""));
        line.getErr().flush();
        return code.code();
    }

    static final class VersionProvider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"assent " + Version.current()};
        }
    }

    /** Lets the environment stand in for options that were not given. */
    private record Environment(Map<String, String> variables) implements IDefaultValueProvider {
        @Override
        public String defaultValue(ArgSpec argument) {
            String variable = argument instanceof OptionSpec option ? ENVIRONMENT.get(option.longestName()) : null;
            return variable == null ? null : variables.get(variable);
        }
    }
}
