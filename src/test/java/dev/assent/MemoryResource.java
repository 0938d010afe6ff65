package dev.assent;

import dev.assent.participant.Prepared;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.TransactionId;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A resource that remembers what it was told, and answers as the test says. */
final class MemoryResource implements Resource {
    private final String name;
    private final Set<BranchId> prepared = ConcurrentHashMap.newKeySet();
    private final Set<TransactionId> committed = ConcurrentHashMap.newKeySet();
    private final Set<TransactionId> rolledBack = ConcurrentHashMap.newKeySet();
    volatile Prepared answer = Prepared.yes();
    /** Prepare waits for it. */
    volatile CompletableFuture<Void> hold = CompletableFuture.completedFuture(null);

    private volatile boolean preparing;

    MemoryResource(String name) {
        this.name = name;
    }

    @Override
    public String kind() {
        return "memory";
    }

    @Override
    public String identity() {
        return "memory:" + name;
    }

    @Override
    public Prepared prepare(BranchId branch, byte[] payload) throws Exception {
        preparing = true;
        hold.get();
        if (answer.answer() == Prepared.Answer.YES) {
            prepared.add(branch);
        }
        return answer;
    }

    @Override
    public void commit(BranchId branch) {
        if (!prepared.remove(branch) && !committed.contains(branch.transaction())) {
            throw new IllegalStateException("commit of the unknown branch " + branch);
        }
        committed.add(branch.transaction());
    }

    @Override
    public void rollback(BranchId branch) {
        prepared.remove(branch);
        rolledBack.add(branch.transaction());
    }

    @Override
    public Collection<BranchId> recover(String participant) {
        return List.copyOf(prepared);
    }

    /** From now on it votes YES at once. */
    void obliging() {
        answer = Prepared.yes();
        hold = CompletableFuture.completedFuture(null);
        preparing = false;
    }

    boolean committed(TransactionId id) {
        return committed.contains(id);
    }

    boolean rolledBack(TransactionId id) {
        return rolledBack.contains(id);
    }

    boolean holds(TransactionId id) {
        return prepared.stream().anyMatch(branch -> branch.transaction().equals(id));
    }

    boolean preparing() {
        return preparing;
    }
}
