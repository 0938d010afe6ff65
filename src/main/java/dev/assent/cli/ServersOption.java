package dev.assent.cli;

import dev.assent.bench.Ensemble;
import picocli.CommandLine.Option;

/** How many ZooKeeper servers a measurement starts, the same for every command that measures. */
public final class ServersOption {
    @Option(
            names = "--servers",
            paramLabel = "N",
            defaultValue = "3",
            description = "ZooKeeper servers: 1, 3 or 5 (default: ${DEFAULT-VALUE}).")
    private int servers;

    /**
     * How many are asked for.
     *
     * @throws IllegalArgumentException in one line: option, value and bound
     */
    public int count() {
        Ensemble.requireSize(servers);
        return servers;
    }
}
