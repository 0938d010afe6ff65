package dev.assent.lab.bench;

import dev.assent.bench.Counts;
import dev.assent.bench.Setting;
import dev.assent.bench.TransactionSystem;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A transaction manager whose calls block, measured with a thread for each transaction on its way. */
final class BlockingSystem implements TransactionSystem {
    private final Peer peer;
    private final BlockingTransactions transactions;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "bench-peer");
        thread.setDaemon(true);
        return thread;
    });
    private volatile int participants;

    BlockingSystem(Peer peer, BlockingTransactions transactions) {
        this.peer = peer;
        this.transactions = transactions;
    }

    @Override
    public String name() {
        return peer.label();
    }

    @Override
    public void prepare(Setting setting) {
        participants = setting.participants();
    }

    @Override
    public CompletableFuture<End> transaction(boolean abort) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return transactions.transaction(participants, abort) ? End.COMMITTED : End.ABORTED;
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                threads);
    }

    @Override
    public Counts counts() {
        return Counts.NONE;
    }

    @Override
    public int servers() {
        return peer.servers();
    }

    @Override
    public boolean fsync() {
        return true;
    }

    @Override
    public Map<String, Long> processes() {
        return Map.of(peer.label(), ProcessHandle.current().pid());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        transactions.close();
    }
}
