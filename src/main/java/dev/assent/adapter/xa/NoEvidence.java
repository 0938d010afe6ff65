package dev.assent.adapter.xa;

import dev.assent.adapter.jdbc.BranchTable.Standing;
import dev.assent.protocol.BranchId;
import java.util.Map;
import java.util.UUID;

/** Of a resource that keeps none: what this process did itself and still remembers. Thread-safe. */
final class NoEvidence<L> implements Evidence<L> {
    /** Changes something small inside a branch. */
    interface Change<L> {
        void make(L link, BranchId branch) throws Exception;
    }

    private final Change<L> probe;
    private final Map<BranchId, Standing> remembered = Bounded.map();

    NoEvidence(Change<L> probe) {
        this.probe = probe;
    }

    @Override
    public String keeper() {
        return "nothing (opened without evidence)";
    }

    @Override
    public void expect(L link, UUID installation) {}

    @Override
    public void mark(L link, BranchId branch) throws Exception {
        if (Probe.isProbe(branch)) {
            probe.make(link, branch);
        }
    }

    @Override
    public Standing standing(L link, BranchId branch) {
        return remembered.getOrDefault(branch, Standing.NONE);
    }

    @Override
    public boolean forgotten(L link, BranchId branch) {
        return false;
    }

    @Override
    public boolean tooLate(L link, BranchId branch) {
        return standing(link, branch) == Standing.FENCED;
    }

    @Override
    public Standing fence(L link, BranchId branch) {
        remembered.putIfAbsent(branch, Standing.FENCED);
        return standing(link, branch);
    }

    @Override
    public void settle(L link, BranchId branch) {}

    @Override
    public void committed(BranchId branch) {
        remembered.put(branch, Standing.COMMITTED);
    }

    @Override
    public void forget(L link, UUID installation, long generation) {}
}
