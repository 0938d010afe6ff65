package dev.assent.cli;

import dev.assent.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code assent}. */
@Command(
        name = "assent",
        description = "An atomic commit service on Apache ZooKeeper.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionProvider.class)
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main());
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    static final class VersionProvider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"assent " + Version.current()};
        }
    }
}
