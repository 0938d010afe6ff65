package dev.assent.lab;

import dev.assent.lab.bench.PeersBenchCommand;
import dev.assent.lab.bench.PostgresBenchCommand;
import dev.assent.lab.bench.jmh.JmhCommand;
import dev.assent.lab.demo.ResourcesDemoCommand;
import dev.assent.simulation.SimulateCommand;
import dev.assent.zookeeper.ZooKeeperProcesses;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code lab}. A new command is a class with picocli's {@code @Command} in {@link #COMMANDS}; its exit code
 * is the exit code of the shell command.
 */
@Command(name = "lab", description = "Experiments that need the checkout.", mixinStandardHelpOptions = true)
public final class Lab implements Runnable {
    private static final List<Class<?>> COMMANDS = List.of(
            JmhCommand.class,
            MatrixCommand.class,
            ModelCommand.class,
            PeersBenchCommand.class,
            PostgresBenchCommand.class,
            ResourcesDemoCommand.class,
            SimulateCommand.class);

    @Spec
    private CommandSpec spec;

    /** Runs one command and ends the JVM, Maven's included, so that the exit code reaches the shell. */
    public static void main(String[] args) throws IOException {
        // Maven's JVM knows only Maven's own class path; children are started with this one.
        System.setProperty("java.class.path", ZooKeeperProcesses.classPath());
        int code = commandLine().execute(args);
        System.out.flush();
        System.err.flush();
        // Maven resets the terminal's colours at its end: behind a command's last line there is to be nothing.
        new FileOutputStream(FileDescriptor.out).close();
        new FileOutputStream(FileDescriptor.err).close();
        System.exit(code);
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Lab());
        COMMANDS.forEach(line::addSubcommand);
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
