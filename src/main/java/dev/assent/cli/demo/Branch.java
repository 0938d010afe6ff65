package dev.assent.cli.demo;

import dev.assent.participant.Prepared;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import java.util.Collection;
import java.util.UUID;

/** A bank's resource whose prepares can be held back for a while, and with them its votes. Thread-safe. */
final class Branch implements Resource {
    private final Resource files;
    private boolean held; // guarded by this

    Branch(Resource files) {
        this.files = files;
    }

    synchronized void hold() {
        held = true;
    }

    synchronized void release() {
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
        return files.prepare(branch, payload);
    }

    @Override
    public String kind() {
        return files.kind();
    }

    @Override
    public String identity() {
        return files.identity();
    }

    @Override
    public void commit(BranchId branch) throws Exception {
        files.commit(branch);
    }

    @Override
    public void rollback(BranchId branch) throws Exception {
        files.rollback(branch);
    }

    @Override
    public Collection<BranchId> recover(String participant) throws Exception {
        return files.recover(participant);
    }

    @Override
    public void forgetBefore(UUID installation, long generation) throws Exception {
        files.forgetBefore(installation, generation);
    }
}
