package dev.assent.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Two installations of Assent, each on an ensemble of its own, under one program: each transaction goes to one of them, by
 * turns, and every participant is connected to both. How throughput grows beyond one ensemble.
 */
final class TwoEnsembles implements TransactionSystem {
    private final TransactionSystem first;
    private final TransactionSystem second;
    private final AtomicLong next = new AtomicLong();

    /** Both become this one's own. */
    TwoEnsembles(TransactionSystem first, TransactionSystem second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public String name() {
        return first.name() + "-2-ensembles";
    }

    @Override
    public void prepare(Setting setting) throws Exception {
        first.prepare(setting);
        second.prepare(setting);
    }

    @Override
    public CompletableFuture<End> transaction(boolean abort) {
        return (next.getAndIncrement() % 2 == 0 ? first : second).transaction(abort);
    }

    @Override
    public Counts counts() {
        return first.counts().plus(second.counts());
    }

    @Override
    public int servers() {
        return first.servers() + second.servers();
    }

    @Override
    public int replicas() {
        return first.replicas() + second.replicas();
    }

    @Override
    public boolean fsync() {
        return first.fsync() && second.fsync();
    }

    @Override
    public Map<String, Long> processes() {
        Map<String, Long> all = new TreeMap<>(first.processes());
        all.putAll(second.processes());
        return all;
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }
}
