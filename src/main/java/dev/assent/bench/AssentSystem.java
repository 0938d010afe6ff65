package dev.assent.bench;

import dev.assent.client.Answer;
import dev.assent.client.BeginRequest;
import dev.assent.client.Initiator;
import dev.assent.client.InitiatorConfig;
import dev.assent.coordinator.Coordinator;
import dev.assent.coordinator.CoordinatorConfig;
import dev.assent.coordinator.CoordinatorStatus;
import dev.assent.participant.Participant;
import dev.assent.participant.ParticipantConfig;
import dev.assent.protocol.CommitProtocol;
import dev.assent.store.PackedStore;
import dev.assent.store.Store;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Assent with every rule in force: coordinators, participants and one initiator in this process, a session each. */
final class AssentSystem extends EnsembleSystem {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration READY_LIMIT = Duration.ofMinutes(1);
    private static final int CALLS = 4;
    /** Beside the backlog. */
    private static final int PENDING_ROOM = 100_000;

    private final Ensemble ensemble;
    private final String chroot;
    private final int backlog;
    private final ExecutorService pool = Executors.newFixedThreadPool(CALLS, task -> {
        Thread thread = new Thread(task, "bench-resource");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, List<CountingStore>> stores = new LinkedHashMap<>();
    private final List<Coordinator> coordinators = new ArrayList<>();
    private final List<Participant> participants = new ArrayList<>();
    private final Initiator initiator;
    /** Not counted: it asks nothing while others are measured. */
    private final Store othersStore;

    private final Backlog others;
    private final AtomicLong begun = new AtomicLong();
    private volatile Map<String, byte[]> work = Map.of();
    private volatile Map<String, byte[]> refusedWork = Map.of();

    /**
     * Connects; {@link #start} has to follow.
     *
     * @param chroot its own place in the tree
     * @param plan how many coordinators, how many other transactions are pending all the time, how many may share znodes
     */
    AssentSystem(Ensemble ensemble, String chroot, BenchPlan plan) {
        super(ensemble);
        this.ensemble = ensemble;
        this.chroot = chroot;
        this.backlog = plan.backlog();
        for (int i = 1; i <= plan.replicas(); i++) {
            coordinators.add(new Coordinator(
                    store("coordinator"),
                    CommitProtocol.standard(),
                    CoordinatorConfig.builder("bench-" + i)
                            .maxPending(backlog + PENDING_ROOM)
                            .build(),
                    random()));
        }
        InitiatorConfig config = InitiatorConfig.defaults(ensemble.connectString())
                .withMaxInFlight(2 * Setting.MAX_IN_FLIGHT)
                .withMostTogether(plan.together());
        this.initiator = new Initiator(store("initiator"), CommitProtocol.standard(), config, random());
        this.othersStore = ensemble.connect(chroot);
        this.others = new Backlog(othersStore, ensemble.connectString());
    }

    /** Starts everything but the participants, and begins the backlog. */
    void start() throws Exception {
        coordinators.forEach(Coordinator::start);
        initiator.start();
        others.open(backlog);
        await(
                "a coordinator that looks after " + backlog + " transactions",
                () -> coordinators.stream()
                        .map(Coordinator::status)
                        .anyMatch(status ->
                                status.state() == CoordinatorStatus.State.LEADING && status.undecided() >= backlog));
    }

    private static LongSupplier random() {
        return new SecureRandom()::nextLong;
    }

    private Store store(String role) {
        CountingStore store = new CountingStore(ensemble.znodes(chroot));
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
        Arrays.fill(payload, (byte) 'x');
        Map<String, byte[]> each = new LinkedHashMap<>();
        for (int i = 1; i <= setting.participants(); i++) {
            each.put("bench-" + i, payload);
        }
        work = Map.copyOf(each);
        each.put("bench-1", IdleResource.REFUSE);
        refusedWork = Map.copyOf(each);
    }

    private static void awaitReady(Participant participant) throws Exception {
        await(
                participant.instance() + " is ready",
                () -> participant
                        .status()
                        .get(READY_LIMIT.toSeconds(), TimeUnit.SECONDS)
                        .connected());
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - start > READY_LIMIT.toNanos()) {
                throw new IllegalStateException("not within " + READY_LIMIT.toSeconds() + " s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public CompletableFuture<End> transaction(boolean abort) {
        return initiator
                .begin(BeginRequest.of(abort ? refusedWork : numbered(work), TIMEOUT))
                .answer()
                .thenApply(AssentSystem::end);
    }

    /** No two transactions are sent the same, where there is room for a number. */
    private Map<String, byte[]> numbered(Map<String, byte[]> same) {
        long number = begun.incrementAndGet();
        Map<String, byte[]> own = new LinkedHashMap<>();
        same.forEach((name, payload) -> {
            byte[] copy = payload.clone();
            if (copy.length >= Long.BYTES) {
                ByteBuffer.wrap(copy).putLong(number);
            }
            own.put(name, copy);
        });
        return own;
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
    public int replicas() {
        return coordinators.size();
    }

    @Override
    public int backlog() {
        return backlog;
    }

    @Override
    public void close() {
        others.close();
        for (Participant participant : participants) {
            participant
                    .close()
                    .orTimeout(READY_LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
        for (Coordinator coordinator : coordinators) {
            coordinator
                    .close()
                    .orTimeout(READY_LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
        othersStore.close();
        stores.values().forEach(each -> each.forEach(CountingStore::close));
        pool.shutdownNow();
    }
}
