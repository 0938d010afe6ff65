package dev.assent.bench;

import java.util.concurrent.CompletableFuture;

/** Something that commits transactions over participants that do nothing. Open for the whole run; one cell at a time. */
public interface TransactionSystem extends AutoCloseable {
    /** How a transaction ended for whoever began it. */
    enum End {
        COMMITTED,
        ABORTED,
        UNKNOWN,
        /** Nothing was begun: there is no room. */
        REFUSED
    }

    /** Its name in every report. */
    String name();

    /** Makes ready for transactions of {@code setting}. */
    void prepare(Setting setting) throws Exception;

    /**
     * Runs one transaction to its end. Thread-safe; completes normally, on any thread.
     *
     * @param abort whether one participant refuses it
     */
    CompletableFuture<End> transaction(boolean abort);

    /** What it asked of ZooKeeper since it was opened; all zero where it asks nothing of it. */
    Counts counts();

    /** How many servers keep its decisions. */
    int servers();

    /** Whether a decision is on a disk before anybody hears of it. */
    boolean fsync();

    @Override
    void close() throws Exception;
}
