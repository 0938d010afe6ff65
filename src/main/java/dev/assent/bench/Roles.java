package dev.assent.bench;

import dev.assent.client.Initiator;
import dev.assent.client.InitiatorConfig;
import dev.assent.coordinator.Coordinator;
import dev.assent.coordinator.CoordinatorConfig;
import dev.assent.coordinator.CoordinatorStatus;
import dev.assent.participant.Participant;
import dev.assent.participant.ParticipantConfig;
import dev.assent.protocol.CommitProtocol;
import dev.assent.store.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Starts roles of one installation in this process, a session each, and closes them. For one thread. */
final class Roles implements AutoCloseable {
    /** Of each wait for something that is about to be. */
    static final Duration LIMIT = Duration.ofMinutes(5);

    private static final int CALLS = 4;
    private static final long POLL_MILLIS = 2;

    private final Ensemble ensemble;
    private final String chroot;
    private final ExecutorService pool = Executors.newFixedThreadPool(CALLS, task -> {
        Thread thread = new Thread(task, "bench-resource");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Runnable> closing = new ArrayList<>();

    /** @param chroot the installation's root */
    Roles(Ensemble ensemble, String chroot) {
        this.ensemble = ensemble;
        this.chroot = chroot;
    }

    /** A store that is closed with these. */
    Store store() {
        Store store = ensemble.connect(chroot);
        closing.add(store::close);
        return store;
    }

    /** A coordinator that runs. */
    Coordinator coordinator(Store store, CoordinatorConfig config) {
        Coordinator coordinator = new Coordinator(store, CommitProtocol.standard(), config, random());
        coordinator.start();
        closing.add(() -> coordinator
                .close()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join());
        return coordinator;
    }

    /** A participant that does nothing, with a session. */
    Participant participant(String name, int branches) throws Exception {
        Participant participant = new Participant(
                store(),
                CommitProtocol.standard(),
                ParticipantConfig.of(name).withBounds(CALLS, branches, branches),
                new IdleResource(name),
                pool,
                random());
        participant.start();
        closing.add(() -> participant
                .close()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join());
        await(
                participant.instance() + " is ready",
                () -> participant
                        .status()
                        .get(LIMIT.toSeconds(), TimeUnit.SECONDS)
                        .connected());
        return participant;
    }

    /** An initiator that runs. */
    Initiator initiator(int inFlight) {
        InitiatorConfig config =
                InitiatorConfig.defaults(ensemble.connectString()).withMaxInFlight(inFlight);
        Initiator initiator = new Initiator(store(), CommitProtocol.standard(), config, random());
        initiator.start();
        return initiator;
    }

    static LongSupplier random() {
        return new SecureRandom()::nextLong;
    }

    static void awaitLeading(Coordinator coordinator) throws Exception {
        await("a leading coordinator", () -> coordinator.status().state() == CoordinatorStatus.State.LEADING);
    }

    static void await(String what, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new IllegalStateException("not within " + LIMIT.toSeconds() + " s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** Closes everything, what came last first. */
    @Override
    public void close() {
        Collections.reverse(closing);
        closing.forEach(Runnable::run);
        closing.clear();
        pool.shutdownNow();
    }
}
