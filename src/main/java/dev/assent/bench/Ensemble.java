package dev.assent.bench;

import dev.assent.processes.Cluster;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The ZooKeeper servers that a measurement uses. Immutable.
 *
 * @param connectString their addresses
 * @param servers how many they are
 * @param processes their process ids by name
 */
public record Ensemble(String connectString, int servers, Map<String, Long> processes) {
    /** What the servers' JVMs are started with: three of them share this machine with everything else. */
    private static final List<String> SERVER_OPTIONS = List.of(
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-Dzookeeper.nio.numWorkerThreads=0",
            "-Dzookeeper.commitProcessor.numWorkerThreads=0");

    public Ensemble {
        processes = Map.copyOf(processes);
    }

    /** Starts as many servers and returns once they serve clients. */
    public static Ensemble start(Cluster cluster, int servers) throws IOException, InterruptedException {
        if (servers == 1) {
            cluster.startServer(SERVER_OPTIONS);
        } else {
            cluster.startServers(servers, SERVER_OPTIONS);
        }
        return new Ensemble(cluster.connectString(), servers, cluster.processes());
    }

    /** The same with {@code prefix} before the names of its processes. */
    public Ensemble named(String prefix) {
        Map<String, Long> named = new TreeMap<>();
        processes.forEach((name, pid) -> named.put(prefix + name, pid));
        return new Ensemble(connectString, servers, named);
    }
}
