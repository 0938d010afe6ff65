package dev.assent.lab.bench.jmh;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the microbenchmarks. */
@Command(
        name = "jmh",
        description =
                "Runs the microbenchmarks of the transition table, the record formats and group commit, each in a JVM"
                        + " of its own.",
        mixinStandardHelpOptions = true)
public final class JmhCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "PATTERN",
            defaultValue = "dev.assent.",
            description = "Only those whose name contains a match (default: all).")
    private String pattern;

    @Option(
            names = "--forks",
            paramLabel = "N",
            defaultValue = "1",
            description = "JVMs for each; 0: none but this one (default: ${DEFAULT-VALUE}).")
    private int forks;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "5",
            description = "Measurements, and as many before them to warm up (default: ${DEFAULT-VALUE}).")
    private int iterations;

    @Option(
            names = "--milliseconds",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How long each measurement lasts (default: ${DEFAULT-VALUE}).")
    private int milliseconds;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results to FILE.")
    private Path json;

    @Override
    public Integer call() throws Exception {
        TimeValue length = TimeValue.milliseconds(milliseconds);
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(pattern)
                .forks(forks)
                .jvmArgs("-Xmx512m")
                .warmupIterations(iterations)
                .warmupTime(length)
                .measurementIterations(iterations)
                .measurementTime(length)
                .shouldFailOnError(true);
        if (json != null) {
            options.resultFormat(ResultFormatType.JSON).result(json.toString());
        }
        try {
            new Runner(options.build()).run();
        } catch (NoBenchmarksException e) {
            spec.commandLine().getErr().println("jmh: no microbenchmark's name contains a match of " + pattern);
            return spec.exitCodeOnInvalidInput();
        }
        return spec.exitCodeOnSuccess();
    }
}
