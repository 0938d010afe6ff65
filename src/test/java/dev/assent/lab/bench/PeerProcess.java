package dev.assent.lab.bench;

import dev.assent.bench.Contender;
import dev.assent.bench.Sample;
import dev.assent.bench.Setting;
import dev.assent.processes.Child;
import dev.assent.processes.Cluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A peer in a JVM of its own, with the same load generator: two of them cannot be in one JVM, because each keeps its settings
 * in static fields, and what a peer uses is then known apart. For one thread.
 */
final class PeerProcess implements Contender {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration END_LIMIT = Duration.ofMinutes(3);
    private static final List<String> OPTIONS = List.of("-Xmx1g", "-Dorg.jboss.logging.provider=slf4j");

    private final Peer peer;
    private final Child child;
    private String remark = "";
    private Map<String, Long> processes = Map.of();
    private int loads;

    private PeerProcess(Peer peer, Child child) {
        this.peer = peer;
        this.child = child;
    }

    /**
     * Starts it.
     *
     * @param cluster ends it at the latest
     * @param directory takes its log
     */
    static PeerProcess start(Peer peer, Cluster cluster, Path directory) throws Exception {
        Path logs = Files.createDirectories(directory.resolve("peer-" + peer.label()));
        Child child =
                cluster.start(peer.label(), OPTIONS, PeerMain.class.getName(), List.of(peer.label(), logs.toString()));
        child.awaitLine(PeerMain.READY, START_LIMIT);
        PeerProcess process = new PeerProcess(peer, child);
        process.remark = process.line(PeerMain.READY);
        process.processes = Map.of(peer.label(), child.pid());
        return process;
    }

    /** Starts Seata, in a network that has only a loopback: it listens on all addresses. */
    static PeerProcess startConfined(Peer peer, Cluster cluster, Path directory, SeataInstallation seata)
            throws Exception {
        Path logs = Files.createDirectories(directory.resolve("peer-" + peer.label()));
        Child child = cluster.start(
                peer.label(),
                List.of("-Xmx64m"),
                ConfinedMain.class.getName(),
                List.of(seata.client(), peer.label(), logs.toString(), seata.server()));
        child.awaitLine(PeerMain.READY, START_LIMIT);
        PeerProcess process = new PeerProcess(peer, child);
        String[] pids = process.line(PeerMain.READY).split(" ", 2);
        process.remark = "client and server in a network of their own; branches in TCC mode";
        process.processes = Map.of(
                peer.label() + "-client", Long.parseLong(pids[0]), peer.label() + "-server", Long.parseLong(pids[1]));
        return process;
    }

    @Override
    public String remark() {
        return remark;
    }

    private String line(String start) {
        return child.printed()
                .lines()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(peer.label() + " did not print '" + start + "'"))
                .substring(start.length());
    }

    @Override
    public String name() {
        return peer.label();
    }

    @Override
    public void prepare(Setting setting) {
        // The load tells it everything.
    }

    @Override
    public Sample load(Setting setting, Duration length, long seed) throws Exception {
        PeerLoad load = new PeerLoad(++loads, setting, length.toMillis(), seed);
        child.tell(load.format());
        String answer = PeerMain.SAMPLE + load.number() + " ";
        child.awaitLine(answer, length.plus(END_LIMIT));
        return PeerLoad.sample(line(answer));
    }

    @Override
    public int servers() {
        return peer.servers();
    }

    @Override
    public int replicas() {
        return 0;
    }

    @Override
    public int backlog() {
        return 0;
    }

    @Override
    public boolean fsync() {
        return true;
    }

    @Override
    public Map<String, Long> processes() {
        return processes;
    }

    @Override
    public void close() {
        child.close();
    }
}
