package dev.assent.bench;

import dev.assent.client.Answer;
import dev.assent.client.BeginRequest;
import dev.assent.client.Initiator;
import dev.assent.client.InitiatorConfig;
import dev.assent.coordinator.Coordinator;
import dev.assent.coordinator.CoordinatorConfig;
import dev.assent.participant.Participant;
import dev.assent.participant.ParticipantConfig;
import dev.assent.protocol.CommitProtocol;
import dev.assent.store.PackedStore;
import dev.assent.store.Store;
import dev.assent.zookeeper.ZooKeeperConfig;
import dev.assent.zookeeper.ZooKeeperStores;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Assent with every rule in force: coordinators, participants and one initiator in this process, a session each. */
final class AssentSystem implements TransactionSystem {
    private static final ZooKeeperConfig ZOOKEEPER = ZooKeeperConfig.defaults()
            .withSessionTimeout(Duration.ofSeconds(20))
            .withConnectTimeout(Duration.ofMinutes(1));
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration READY_LIMIT = Duration.ofMinutes(1);
    private static final int CALLS = 4;

    private final String connectString;
    private final String chroot;
    private final int servers;
    private final ExecutorService pool = Executors.newFixedThreadPool(CALLS, task -> {
        Thread thread = new Thread(task, "bench-resource");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, List<CountingStore>> stores = new LinkedHashMap<>();
    private final List<Coordinator> coordinators = new ArrayList<>();
    private final List<Participant> participants = new ArrayList<>();
    private final Initiator initiator;
    private volatile Map<String, byte[]> work = Map.of();
    private volatile Map<String, byte[]> refusedWork = Map.of();

    /**
     * Starts {@code replicas} coordinators and an initiator.
     *
     * @param chroot its own place in the tree
     * @param servers how many servers {@code connectString} has
     */
    AssentSystem(String connectString, String chroot, int servers, int replicas) {
        this.connectString = connectString;
        this.chroot = chroot;
        this.servers = servers;
        for (int i = 1; i <= replicas; i++) {
            Coordinator coordinator = new Coordinator(
                    store("coordinator"),
                    CommitProtocol.standard(),
                    CoordinatorConfig.builder("bench-" + i).build(),
                    random());
            coordinators.add(coordinator);
            coordinator.start();
        }
        InitiatorConfig config = InitiatorConfig.defaults(connectString).withMaxInFlight(2 * Setting.MAX_IN_FLIGHT);
        this.initiator = new Initiator(store("initiator"), CommitProtocol.standard(), config, random());
        initiator.start();
    }

    private static java.util.function.LongSupplier random() {
        return new SecureRandom()::nextLong;
    }

    private Store store(String role) {
        CountingStore store = new CountingStore(ZooKeeperStores.znodes(connectString, chroot, ZOOKEEPER));
        stores.computeIfAbsent(role, key -> new ArrayList<>()).add(store);
        return new PackedStore(store);
    }

    @Override
    public String name() {
        return "assent";
    }

    @Override
    public void prepare(Setting setting) throws Exception {
        while (participants.size() < setting.participants()) {
            String name = "bench-" + (participants.size() + 1);
            Participant participant = new Participant(
                    store("participant"),
                    CommitProtocol.standard(),
                    ParticipantConfig.of(name),
                    new IdleResource(name),
                    pool,
                    random());
            participants.add(participant);
            participant.start();
            awaitReady(participant);
        }
        byte[] payload = new byte[setting.payloadBytes()];
        java.util.Arrays.fill(payload, (byte) 'x');
        Map<String, byte[]> each = new LinkedHashMap<>();
        for (int i = 1; i <= setting.participants(); i++) {
            each.put("bench-" + i, payload);
        }
        work = Map.copyOf(each);
        each.put("bench-1", IdleResource.REFUSE);
        refusedWork = Map.copyOf(each);
    }

    private static void awaitReady(Participant participant) throws Exception {
        long limit = System.nanoTime() + READY_LIMIT.toNanos();
        while (!participant.status().get(READY_LIMIT.toSeconds(), TimeUnit.SECONDS).connected()) {
            if (System.nanoTime() > limit) {
                throw new IllegalStateException(participant.instance() + " is not ready within " + READY_LIMIT);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public CompletableFuture<End> transaction(boolean abort) {
        return initiator
                .begin(BeginRequest.of(abort ? refusedWork : work, TIMEOUT))
                .answer()
                .thenApply(AssentSystem::end);
    }

    private static End end(Answer answer) {
        return switch (answer.kind()) {
            case COMMITTED -> End.COMMITTED;
            case ABORTED -> End.ABORTED;
            case UNKNOWN -> End.UNKNOWN;
            case REFUSED -> End.REFUSED;
        };
    }

    @Override
    public Counts counts() {
        Counts sum = Counts.NONE;
        for (Map.Entry<String, List<CountingStore>> entry : stores.entrySet()) {
            for (CountingStore store : entry.getValue()) {
                sum = sum.plus(entry.getKey(), store.requests());
            }
        }
        return sum;
    }

    @Override
    public int servers() {
        return servers;
    }

    @Override
    public boolean fsync() {
        return true;
    }

    @Override
    public void close() throws Exception {
        for (Participant participant : participants) {
            participant.close().get(READY_LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        for (Coordinator coordinator : coordinators) {
            coordinator.close().get(READY_LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        stores.values().forEach(each -> each.forEach(CountingStore::close));
        pool.shutdownNow();
    }
}
