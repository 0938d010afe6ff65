package dev.assent;

import dev.assent.participant.EnlistableResource;
import dev.assent.participant.EnlistedBranch;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** A resource in which no branch can be opened. */
record UnopenableResource(String name) implements EnlistableResource<String> {
    @Override
    public String open(EnlistedBranch branch) throws IOException {
        throw new IOException("the disk is full");
    }

    @Override
    public String kind() {
        return "unopenable";
    }

    @Override
    public String identity() {
        return "unopenable:" + name;
    }

    @Override
    public Prepared prepare(BranchId branch, byte[] payload) {
        return Prepared.yes();
    }

    @Override
    public void commit(BranchId branch) {
        throw new IllegalStateException("nothing was opened, and " + branch + " is committed");
    }

    @Override
    public void rollback(BranchId branch) {}

    @Override
    public Collection<BranchId> recover(String participant) {
        return List.of();
    }
}
