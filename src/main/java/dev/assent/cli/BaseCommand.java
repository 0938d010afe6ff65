package dev.assent.cli;

import dev.assent.store.StoreException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What all commands share: results on standard output, everything else on standard error. */
abstract class BaseCommand implements Callable<Integer> {
    private static final int PROGRESS_SECONDS = 3;

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

    /** The value of an option that was added without a field, or null. */
    final String option(String name) {
        return spec.commandLine().getParseResult().matchedOptionValue(name, null);
    }

    /**
     * What the options say.
     *
     * @param checked refuses what they must not say with an {@link IllegalArgumentException}
     * @throws CliException where it did: wrong usage
     */
    static <T> T valid(Supplier<T> checked) {
        try {
            return checked.get();
        } catch (IllegalArgumentException e) {
            throw CliException.usage(e.getMessage());
        }
    }

    /** The process's environment, or what a caller gave in its place. */
    final Map<String, String> environment() {
        return ((Main) spec.root().userObject()).environment();
    }

    /**
     * Waits for an answer, and says every few seconds that it does.
     *
     * @throws CliException where ZooKeeper gave none
     */
    final <T> T await(String what, CompletableFuture<T> answer) throws InterruptedException {
        int waited = 0;
        while (true) {
            try {
                return answer.get(PROGRESS_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                waited += PROGRESS_SECONDS;
                progress("waiting for " + what + " (" + waited + " s)");
            } catch (ExecutionException e) {
                throw cause(what, e);
            }
        }
    }

    private static RuntimeException cause(String what, ExecutionException failure) {
        if (failure.getCause() instanceof StoreException unanswered) {
            return Connection.explained(unanswered);
        }
        return failure.getCause() instanceof RuntimeException known
                ? known
                : new IllegalStateException("no answer: " + what, failure.getCause());
    }

    /** A line about the course of things, not a result. */
    final void progress(String line) {
        err().println(line);
        err().flush();
    }
}
