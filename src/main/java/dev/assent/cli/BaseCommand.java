package dev.assent.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What all commands share: results on standard output, everything else on standard error. */
abstract class BaseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public final Integer call() throws Exception {
        return execute().code();
    }

    /** Carries the command out. A {@link CliException} is what the user did wrong or what was refused. */
    abstract ExitCode execute() throws Exception;

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** A line about the course of things, not a result. */
    final void progress(String line) {
        err().println(line);
        err().flush();
    }
}
