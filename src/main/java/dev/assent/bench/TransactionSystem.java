package dev.assent.bench;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A contender whose transactions this process begins one by one: over participants that do nothing, unless it says else. */
public interface TransactionSystem extends Contender {
    /** How a transaction ended for whoever began it. */
    enum End {
        COMMITTED,
        ABORTED,
        UNKNOWN,
        /** Nothing was begun: there is no room. */
        REFUSED
    }

    /**
     * Runs one transaction to its end. Thread-safe; completes normally, on any thread.
     *
     * @param abort whether one participant refuses it
     */
    CompletableFuture<End> transaction(boolean abort);

    /** What it asked of ZooKeeper since it was opened; all zero where it asks nothing of it. */
    Counts counts();

    @Override
    default Sample load(Setting setting, Duration length, long seed) throws Exception {
        return new Load(this, setting, length, seed).run();
    }

    @Override
    default int replicas() {
        return 1;
    }

    @Override
    default int backlog() {
        return 0;
    }
}
