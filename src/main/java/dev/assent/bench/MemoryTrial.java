package dev.assent.bench;

import dev.assent.client.BeginRequest;
import dev.assent.client.Initiator;
import dev.assent.participant.Participant;
import dev.assent.processes.Child;
import dev.assent.processes.Cluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * How much heap a pending transaction costs the coordinator and each ZooKeeper server: what is alive after a full collection
 * with many of them pending, less what was alive before. The coordinator has a JVM of its own; nobody votes, because both
 * participants are away.
 */
public final class MemoryTrial {
    private static final Duration TIMEOUT = Duration.ofDays(1);
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final int PARTICIPANTS = 2;
    private static final int ROOM = 10_000;
    /** A server keeps its last 500 writes in memory, however large: these make them small. */
    private static final int SMALL_WRITES = 1_000;

    private final Ensemble ensemble;
    private final Cluster cluster;
    private final String chroot;

    /**
     * @param cluster takes the coordinator's process
     * @param chroot a place in the tree where nothing is yet
     */
    public MemoryTrial(Ensemble ensemble, Cluster cluster, String chroot) {
        this.ensemble = ensemble;
        this.cluster = cluster;
        this.chroot = chroot;
    }

    /**
     * The bytes of heap that each process, by name, has for one of {@code pending} transactions of two participants; empty
     * where this Java is no JDK and cannot ask.
     */
    public Map<String, Double> run(int pending) throws Exception {
        Setting.require("pending", pending, 1, BenchPlan.MAX_BACKLOG);
        Child coordinator = cluster.start(
                "coordinator",
                List.of("-Xmx1g"),
                CoordinatorProcess.class.getName(),
                List.of(ensemble.connectString(), chroot, Integer.toString(pending + ROOM)));
        coordinator.awaitLine(CoordinatorProcess.READY, START_LIMIT);
        try (Roles roles = new Roles(ensemble, chroot);
                RawWrites writes = new RawWrites(ensemble, chroot + "-raw")) {
            Map<String, byte[]> work = new TreeMap<>();
            for (int i = 1; i <= PARTICIPANTS; i++) {
                Participant participant = roles.participant("bench-" + i, ROOM);
                participant.close().get(Roles.LIMIT.toSeconds(), TimeUnit.SECONDS);
                work.put("bench-" + i, new byte[16]);
            }
            Map<String, Long> before = alive(coordinator, writes);
            Initiator initiator = roles.initiator(pending);
            for (int i = 0; i < pending; i++) {
                initiator.begin(BeginRequest.of(work, TIMEOUT));
            }
            awaitTracked(coordinator, pending);
            Map<String, Double> each = new TreeMap<>();
            alive(coordinator, writes)
                    .forEach((process, bytes) -> each.put(process, (bytes - before.get(process)) / (double) pending));
            initiator.close().get(Roles.LIMIT.toSeconds(), TimeUnit.SECONDS);
            return each;
        } finally {
            coordinator.close();
        }
    }

    private static void awaitTracked(Child coordinator, int pending) throws Exception {
        int[] asked = {0};
        Roles.await("a coordinator that looks after " + pending + " transactions", () -> {
            String answer = CoordinatorProcess.UNDECIDED + ++asked[0] + " ";
            coordinator.tell(Integer.toString(asked[0]));
            coordinator.awaitLine(answer, START_LIMIT);
            return coordinator.printed().contains(answer + pending + ".");
        });
    }

    private Map<String, Long> alive(Child coordinator, RawWrites writes) throws Exception {
        for (int i = 0; i < SMALL_WRITES; i++) {
            writes.transaction(false).get(Roles.LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        Map<String, Long> pids = new TreeMap<>(ensemble.processes());
        pids.put(coordinator.name(), coordinator.pid());
        Map<String, Long> alive = new TreeMap<>();
        for (Map.Entry<String, Long> process : pids.entrySet()) {
            OptionalLong bytes = LiveHeap.bytes(process.getValue());
            if (bytes.isPresent()) {
                alive.put(process.getKey(), bytes.getAsLong());
            }
        }
        return alive;
    }
}
