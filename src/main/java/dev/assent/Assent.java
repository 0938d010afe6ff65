package dev.assent;

import dev.assent.client.BeginRequest;
import dev.assent.client.GlobalTransaction;
import dev.assent.client.Initiator;
import dev.assent.participant.EnlistableResource;
import dev.assent.participant.Participant;
import dev.assent.participant.ParticipantConfig;
import dev.assent.participant.ParticipantStatus;
import dev.assent.participant.Resource;
import dev.assent.protocol.CommitProtocol;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Store;
import dev.assent.store.StoreException;
import dev.assent.zookeeper.ZooKeeperStores;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The front door: a connection to one installation of Assent, with the transactions that this program begins and the
 * participants that it runs. One per program is enough. Thread-safe.
 *
 * <pre>{@code
 * try (Assent assent = Assent.connect("zk1:2181,zk2:2181,zk3:2181")) {
 *     assent.participate("payments", paymentsResource);
 *     Outcome outcome = assent.transaction()
 *             .with("orders", orderBytes)
 *             .with("payments", paymentBytes)
 *             .timeout(Duration.ofSeconds(10))
 *             .commit();
 * }
 * }</pre>
 *
 * <p>Somewhere, coordinators of the same installation have to run.
 */
public final class Assent implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final Duration IDLE_THREAD = Duration.ofSeconds(60);

    private final Store store;
    private final String address;
    private final AssentOptions options;
    private final LongSupplier random = new SecureRandom()::nextLong;
    private final Object lock = new Object();
    // Guarded by lock.
    private final List<Participation> participations = new ArrayList<>();
    private Optional<Initiator> initiator = Optional.empty();
    private boolean closed;

    private Assent(Store store, String address, AssentOptions options) {
        this.store = store;
        this.address = address;
        this.options = options;
    }

    /** As {@link #connect(String, AssentOptions)} with {@link AssentOptions#defaults}. */
    public static Assent connect(String connectString) {
        return connect(connectString, AssentOptions.defaults());
    }

    /**
     * Connects to ZooKeeper.
     *
     * @param connectString addresses as {@code host:port,host:port}, without a path
     * @throws StoreException if no server answers within {@link AssentOptions#connectTimeout}; names addresses and time
     */
    public static Assent connect(String connectString, AssentOptions options) {
        Store store = ZooKeeperStores.connect(connectString, options.chroot(), options.zooKeeper());
        return new Assent(store, connectString, options);
    }

    /**
     * Works on a store that was opened by the caller, as {@link ZooKeeperStores} does on an existing CuratorFramework. The
     * store is closed with this Assent; its chroot and its times count instead of those in {@code options}.
     */
    public static Assent over(Store store, AssentOptions options) {
        return new Assent(store, "the given store", options);
    }

    /** As {@link #participate(ParticipantConfig, Resource)} with the defaults for {@code name}. */
    public Participation participate(String name, Resource resource) {
        int concurrent = options.resourceConcurrency();
        ParticipantConfig config = ParticipantConfig.of(name);
        return participate(config.withBounds(concurrent, config.queueBound(), config.branchBound()), resource);
    }

    /**
     * Runs an instance of a participant in this process, and waits until it is registered and takes work. Several processes
     * may run instances of one participant.
     *
     * @param resource called on a pool of this instance's own, concurrently; stays the caller's
     * @throws StoreException if it is not registered within {@link AssentOptions#connectTimeout}; it runs no more then
     * @throws IllegalStateException if this Assent is closed
     */
    public Participation participate(ParticipantConfig config, Resource resource) {
        Participation participation;
        synchronized (lock) {
            requireOpen();
            ThreadPoolExecutor pool = pool(config);
            Participant role = new Participant(store, CommitProtocol.standard(), config, resource, pool, random);
            participation = new Participation(config.name(), role, pool, config.closeTimeout());
            participations.add(participation);
            role.start();
        }
        awaitReady(participation);
        return participation;
    }

    /** As {@link #participate(String, Resource)}, for services that work in the resource themselves. */
    public <B> EnlistingParticipation<B> participate(String name, EnlistableResource<B> resource) {
        return new EnlistingParticipation<>(participate(name, (Resource) resource), resource);
    }

    /** As {@link #participate(ParticipantConfig, Resource)}, for services that work in the resource themselves. */
    public <B> EnlistingParticipation<B> participate(ParticipantConfig config, EnlistableResource<B> resource) {
        return new EnlistingParticipation<>(participate(config, (Resource) resource), resource);
    }

    private static ThreadPoolExecutor pool(ParticipantConfig config) {
        AtomicInteger started = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                config.poolThreads(),
                config.poolThreads(),
                IDLE_THREAD.toSeconds(),
                TimeUnit.SECONDS,
                // The participant itself has no more calls under way than there are threads.
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "assent-" + config.name() + "-" + started.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private void awaitReady(Participation participation) {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        long limit = store.loop().nanoTime() + options.connectTimeout().toNanos();
        store.loop().execute(() -> look(participation.role(), limit, ready));
        try {
            // A loop that was closed meanwhile completes nothing any more.
            Answers.await(ready.completeOnTimeout(
                    null, options.connectTimeout().plus(CLOSE_LIMIT).toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            participation.close();
            Thread.currentThread().interrupt();
            throw new StoreException(
                    StoreException.Kind.DISCONNECTED, "interrupted while '" + participation.name() + "' registered", e);
        } catch (StoreException e) {
            participation.close();
            throw e;
        }
    }

    private void look(Participant role, long limit, CompletableFuture<Void> ready) {
        var unused = role.status().thenAccept((ParticipantStatus status) -> {
            if (status.connected()) {
                ready.complete(null);
            } else if (store.loop().nanoTime() > limit) {
                ready.completeExceptionally(new StoreException(
                        StoreException.Kind.DISCONNECTED,
                        "instance " + role.instance() + " is not registered at " + address + " under "
                                + options.chroot() + " within " + options.connectTimeout()
                                + ": is a coordinator running there? The log says what is missing"));
            } else {
                store.loop().schedule(POLL, () -> look(role, limit, ready));
            }
        });
    }

    /** A transaction whose participants are known: add them, then commit. */
    public TransactionBuilder transaction() {
        return new TransactionBuilder(this::start, options.transactionTimeout());
    }

    /** As {@link #begin(Duration)} with {@link AssentOptions#transactionTimeout}. */
    public Transaction begin() {
        return begin(options.transactionTimeout());
    }

    /**
     * Begins an open transaction, under whose id services work before it is committed, and waits until they can.
     *
     * @param timeout after which a coordinator aborts it, decided or not; the work has to be done by then
     * @throws TransactionRefusedException if nothing was begun; trying again is safe
     * @throws OutcomeUnknownException if it is unknown whether it was begun. Nobody knows its id, so nobody can have worked
     *     under it: a coordinator will abort it, and trying again is safe
     */
    public Transaction begin(Duration timeout) {
        GlobalTransaction begun = start(BeginRequest.open(timeout));
        return opened(begun, Answers.await(begun.opened(), begun));
    }

    /** As {@link #begin(Duration)} without waiting; what depends on the future runs on a thread of Assent's and may block there. */
    public CompletableFuture<Transaction> beginAsync(Duration timeout) {
        GlobalTransaction begun = start(BeginRequest.open(timeout));
        return begun.opened().thenApplyAsync(id -> opened(begun, id), Answers.THREADS);
    }

    private static Transaction opened(GlobalTransaction begun, Optional<TransactionId> id) {
        if (id.isPresent()) {
            return new Transaction(id.get(), begun);
        }
        // The answer came first, and is there: a refusal, an unknown outcome, or an abort by a fast coordinator.
        Outcome ended = Answers.outcome(begun.answer().join());
        return new Transaction(TransactionId.parse(ended.id()), begun);
    }

    private GlobalTransaction start(BeginRequest request) {
        return withInitiator(known -> known.begin(request), () -> new TransactionRefusedException(Answers.closed()));
    }

    /** Under the lock, so that whatever the initiator is asked comes before its close. */
    private <T> T withInitiator(Function<Initiator, T> question, Supplier<RuntimeException> whenClosed) {
        synchronized (lock) {
            if (closed) {
                throw whenClosed.get();
            }
            if (initiator.isEmpty()) {
                Initiator created = new Initiator(store, CommitProtocol.standard(), options.initiator(address), random);
                created.start();
                initiator = Optional.of(created);
            }
            return question.apply(initiator.get());
        }
    }

    /**
     * Asks how a transaction ended, for {@link AssentOptions#patience} at most.
     *
     * @param id as {@link Outcome#id} or {@link OutcomeUnknownException#id} say
     * @throws OutcomeUnknownException if it could not be found out now; ask again
     * @throws IllegalArgumentException if {@code id} is no transaction id
     */
    public OutcomeStatus outcome(String id) {
        try {
            return Answers.await(ask(TransactionId.parse(id)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknownException(id, "interrupted while asking", e);
        }
    }

    /** As {@link #outcome} without waiting; what depends on the future runs on a thread of Assent's and may block there. */
    public CompletableFuture<OutcomeStatus> outcomeAsync(String id) {
        return ask(TransactionId.parse(id)).thenApplyAsync(status -> status, Answers.THREADS);
    }

    private CompletableFuture<OutcomeStatus> ask(TransactionId id) {
        return withInitiator(
                        known -> known.outcome(id, options.patience()),
                        () -> new OutcomeUnknownException(id.toString(), "this Assent is closed", null))
                .handle((view, failure) -> {
                    if (failure != null) {
                        throw new OutcomeUnknownException(id.toString(), failure.getMessage(), failure);
                    }
                    return Answers.status(view);
                });
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this Assent is closed");
        }
    }

    /**
     * Ends in order: takes no more transactions, answers those in flight (their outcome is unknown to their callers), closes
     * the participants, whose branches in doubt stay in doubt, and the connection. Idempotent; not to be called from a
     * resource's own call.
     */
    @Override
    public void close() {
        List<Participation> running;
        Optional<Initiator> begun;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            running = List.copyOf(participations);
            begun = initiator;
        }
        begun.ifPresent(known -> {
            // Bounded: a loop that does not get to it is ended with the store.
            var unused = known.close()
                    .completeOnTimeout(null, CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        });
        running.forEach(Participation::close);
        store.close();
    }
}
