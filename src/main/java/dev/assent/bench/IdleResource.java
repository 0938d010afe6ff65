package dev.assent.bench;

import dev.assent.participant.Prepared;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** A resource that has nothing to do and keeps nothing: what is measured is the commit protocol. Stateless. */
record IdleResource(String name) implements Resource {
    /** What makes it refuse. */
    static final byte[] REFUSE = "refuse".getBytes(StandardCharsets.UTF_8);

    @Override
    public String kind() {
        return "idle";
    }

    @Override
    public String identity() {
        return "idle:" + name;
    }

    @Override
    public Prepared prepare(BranchId branch, byte[] payload) {
        return Arrays.equals(payload, REFUSE) ? Prepared.no("asked to refuse") : Prepared.yes();
    }

    @Override
    public void commit(BranchId branch) {}

    @Override
    public void rollback(BranchId branch) {}

    @Override
    public Collection<BranchId> recover(String participant) {
        return List.of();
    }
}
