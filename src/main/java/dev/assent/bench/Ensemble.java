package dev.assent.bench;

import dev.assent.processes.Cluster;
import dev.assent.store.Store;
import dev.assent.zookeeper.ZooKeeperConfig;
import dev.assent.zookeeper.ZooKeeperStores;
import java.io.IOException;
import java.time.Duration;
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
            // From the beginning: a heap that grows by and by is collected more often than the load needs.
            "-Xms256m",
            "-Xmn128m",
            "-XX:+UseSerialGC",
            "-Dzookeeper.nio.numWorkerThreads=0",
            "-Dzookeeper.commitProcessor.numWorkerThreads=0");

    /** Patient: the machine is as busy as it can be. */
    private static final ZooKeeperConfig SESSION = ZooKeeperConfig.defaults()
            .withSessionTimeout(Duration.ofSeconds(20))
            .withConnectTimeout(Duration.ofMinutes(1));

    public Ensemble {
        processes = Map.copyOf(processes);
    }

    /**
     * Refuses what is no size of an ensemble.
     *
     * @throws IllegalArgumentException in one line: option, value and bound
     */
    public static void requireSize(int servers) {
        if (servers != 1 && servers != 3 && servers != 5) {
            throw new IllegalArgumentException("--servers " + servers + " is not 1, 3 or 5");
        }
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

    /** A session of its own, as every role has one; the caller's to close. */
    Store connect(String chroot) {
        return ZooKeeperStores.connect(connectString, chroot, SESSION);
    }

    /** The same, with every znode as it is in the tree. */
    Store znodes(String chroot) {
        return ZooKeeperStores.znodes(connectString, chroot, SESSION);
    }

    /** The same servers with {@code prefix} before the names of its processes. */
    public Ensemble named(String prefix) {
        Map<String, Long> named = new TreeMap<>();
        processes.forEach((name, pid) -> named.put(prefix + name, pid));
        return new Ensemble(connectString, servers, named);
    }
}
