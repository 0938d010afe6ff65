package dev.assent.cli.demo;

import dev.assent.participant.Prepared;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import java.util.Collection;
import java.util.UUID;

/** A bank's resource whose prepares can be held back for a while, and with them its votes. Thread-safe. */
public final class Branch implements Resource {
    private final Resource books;
    private boolean held; // guarded by this

    public Branch(Resource books) {
        this.books = books;
    }

    public synchronized void hold() {
        held = true;
    }

    public synchronized void release() {
        held = false;
        notifyAll();
    }

    private synchronized void awaitRelease() throws InterruptedException {
        while (held) {
            wait();
        }
    }

    @Override
    public Prepared prepare(BranchId branch, byte[] payload) throws Exception {
        awaitRelease();
        return books.prepare(branch, payload);
    }

    @Override
    public String kind() {
        return books.kind();
    }

    @Override
    public String identity() {
        return books.identity();
    }

    @Override
    public void commit(BranchId branch) throws Exception {
        books.commit(branch);
    }

    @Override
    public void rollback(BranchId branch) throws Exception {
        books.rollback(branch);
    }

    @Override
    public Collection<BranchId> recover(String participant) throws Exception {
        return books.recover(participant);
    }

    @Override
    public void forgetBefore(UUID installation, long generation) throws Exception {
        books.forgetBefore(installation, generation);
    }
}
