package dev.assent.simulation;

import dev.assent.protocol.BranchId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a resource keeps durably, shared by every process that reaches it. */
final class SimulatedDatabase {
    /** What is durable of a branch. */
    enum State {
        /** Work was done and can still be taken back by the resource itself. */
        WORKING,
        PREPARED,
        /** Visible, with its marker. */
        COMMITTED,
        /** Taken back, with a fence against whatever comes late. */
        ROLLED_BACK
    }

    private final String identity;
    private final Map<BranchId, State> branches = new LinkedHashMap<>();
    /** Branches that ended and of which no evidence is kept any more, with how they ended. */
    private long horizon;

    private final Map<BranchId, State> dropped = new LinkedHashMap<>();

    SimulatedDatabase(String identity) {
        this.identity = identity;
    }

    String identity() {
        return identity;
    }

    /** The state of a branch, null where nothing is known of it. */
    State state(BranchId branch) {
        return branches.get(branch);
    }

    void put(BranchId branch, State state) {
        branches.put(branch, state);
    }

    void forget(BranchId branch) {
        branches.remove(branch);
    }

    /** Drops the evidence of what ended in generations below {@code generation}, behind a bound that stands for it. */
    void forgetBefore(long generation) {
        horizon = Math.max(horizon, generation);
        branches.entrySet().removeIf(entry -> {
            boolean ended = entry.getValue() == State.COMMITTED || entry.getValue() == State.ROLLED_BACK;
            boolean old = entry.getKey().transaction().generation() < generation;
            if (ended && old) {
                dropped.put(entry.getKey(), entry.getValue());
            }
            return ended && old;
        });
    }

    /** Whether nothing of this branch may be done any more. */
    boolean gone(BranchId branch) {
        return branch.transaction().generation() < horizon && !branches.containsKey(branch);
    }

    /** How a branch stands or ended, also where the database itself cannot tell any more. For checkers. */
    State truth(BranchId branch) {
        State known = branches.get(branch);
        return known == null ? dropped.get(branch) : known;
    }

    Map<BranchId, State> branches() {
        return branches;
    }

    /** What the resource holds for a participant: working or prepared. */
    Collection<BranchId> held(String participant) {
        List<BranchId> held = new java.util.ArrayList<>();
        branches.forEach((branch, state) -> {
            if (branch.participant().equals(participant) && (state == State.WORKING || state == State.PREPARED)) {
                held.add(branch);
            }
        });
        return held;
    }
}
