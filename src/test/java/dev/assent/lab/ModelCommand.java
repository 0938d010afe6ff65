package dev.assent.lab;

import dev.assent.model.ModelCheck;
import dev.assent.model.Tlc;
import dev.assent.model.TlcResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks one configuration of the TLA+ model, with TLC's progress, for as long as wanted. */
@Command(
        name = "model",
        description = "Checks the TLA+ model with TLC. Exit code 0: it holds, as far as it was visited.",
        mixinStandardHelpOptions = true)
public final class ModelCommand implements Callable<Integer> {
    private static final int WORKERS = 2;

    @Option(
            names = "--large",
            description = "Three participants, two starts each, two transactions: more states than fit in a day.")
    private boolean large;

    @Option(
            names = "--configuration",
            paramLabel = "NAME",
            defaultValue = "classic",
            description = "A configuration in src/test/tla, without .cfg; default: ${DEFAULT-VALUE}.")
    private String configuration;

    @Option(
            names = "--random",
            description = "Walk random behaviours of up to 200 steps, instead of all in the order of their length.")
    private boolean random;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "60",
            description = "Stop after this time; default: ${DEFAULT-VALUE}.")
    private long minutes;

    @Option(
            names = "--heap",
            paramLabel = "MEGABYTES",
            defaultValue = "4096",
            description = "TLC's heap; default: ${DEFAULT-VALUE}.")
    private int heap;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String name = large ? "large" : configuration;
        String module = name.contains("delegated") ? "Delegated" : "Assent";
        Path directory = Files.createTempDirectory("assent-model");
        try {
            Tlc tlc = new Tlc(
                    directory,
                    WORKERS,
                    List.of("-Xmx" + heap + "m", "-XX:+UseParallelGC"),
                    Duration.ofMinutes(minutes));
            String[] options = random ? new String[] {"-simulate", "-depth", "200"} : new String[0];
            TlcResult result = tlc.run(ModelCheck.of(module, name), ModelCommand::print, options);
            System.out.println(result.asConfiguration());
            return result.output().contains("Error:") ? 1 : 0;
        } finally {
            delete(directory);
        }
    }

    private static void print(String line) {
        if (!line.startsWith("Parsing file") && !line.startsWith("Semantic processing")) {
            System.out.println(line);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
