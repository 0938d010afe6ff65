package dev.assent.bench;

import dev.assent.client.BeginRequest;
import dev.assent.client.GlobalTransaction;
import dev.assent.client.Initiator;
import dev.assent.client.InitiatorConfig;
import dev.assent.protocol.CommitProtocol;
import dev.assent.store.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Transactions that stay pending: open ones, into which nobody enlists, begun by an initiator of their own. The coordinator
 * looks after each. For one thread.
 */
final class Backlog implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofDays(1);
    private static final int AT_ONCE = 1_000;
    private static final int STEP_SECONDS = 60;

    private final Initiator initiator;

    /** @param store stays the caller's */
    Backlog(Store store, String connectString) {
        InitiatorConfig config = InitiatorConfig.defaults(connectString)
                .withMaxInFlight(BenchPlan.MAX_BACKLOG + AT_ONCE)
                // It learns nothing: what is measured are the others.
                .withReread(TIMEOUT);
        this.initiator = new Initiator(store, CommitProtocol.standard(), config, new SecureRandom()::nextLong);
        initiator.start();
    }

    /** Begins as many; returns once each is in the tree. */
    void open(int count) throws Exception {
        Deque<GlobalTransaction> opening = new ArrayDeque<>();
        for (int i = 0; i < count; i++) {
            opening.add(initiator.begin(BeginRequest.open(TIMEOUT)));
            if (opening.size() == AT_ONCE) {
                awaitOpened(opening.remove());
            }
        }
        while (!opening.isEmpty()) {
            awaitOpened(opening.remove());
        }
    }

    private static void awaitOpened(GlobalTransaction one) throws Exception {
        if (one.opened().get(STEP_SECONDS, TimeUnit.SECONDS).isEmpty()) {
            throw new IllegalStateException("a transaction of the backlog was not begun: "
                    + one.answer().get(STEP_SECONDS, TimeUnit.SECONDS));
        }
    }

    @Override
    public void close() {
        initiator.close().orTimeout(STEP_SECONDS, TimeUnit.SECONDS).join();
    }
}
