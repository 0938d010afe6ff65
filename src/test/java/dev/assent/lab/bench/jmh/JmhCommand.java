package dev.assent.lab.bench.jmh;

import java.util.Collection;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the microbenchmarks. */
@Command(
        name = "jmh",
        description =
                "Runs the microbenchmarks of the transition table, the record formats and group commit, each in a JVM"
                        + " of its own.",
        mixinStandardHelpOptions = true)
public final class JmhCommand implements Callable<Integer> {
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

    @Override
    public Integer call() throws Exception {
        TimeValue length = TimeValue.milliseconds(milliseconds);
        Options options = new OptionsBuilder()
                .include(pattern)
                .forks(forks)
                .jvmArgs("-Xmx512m")
                .warmupIterations(iterations)
                .warmupTime(length)
                .measurementIterations(iterations)
                .measurementTime(length)
                .shouldFailOnError(true)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        return results.isEmpty() ? 1 : 0;
    }
}
