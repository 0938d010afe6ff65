package dev.assent.participant;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A resource in memory that several processes share and that outlives each of them. It watches its own contract. */
class MemoryResource implements Resource {
    /** What is durable of a branch. */
    enum State {
        WORKING,
        PREPARED,
        COMMITTED,
        ROLLED_BACK
    }

    /** Code of a test inside a call. */
    interface Hook {
        void run(BranchId branch) throws Exception;
    }

    final Map<BranchId, State> branches = new LinkedHashMap<>();
    /** Every call in its order, as {@code <call> <attempt>}. */
    final List<String> calls = new ArrayList<>();

    final String identity;
    Prepared answer = Prepared.yes();
    Hook beforePrepare = branch -> {};
    Hook afterPrepare = branch -> {};
    Hook beforeCommit = branch -> {};
    Hook beforeRollback = branch -> {};
    Hook beforeRecover = branch -> {};
    byte[] lastPayload = {};

    MemoryResource(String identity) {
        this.identity = identity;
    }

    @Override
    public String kind() {
        return "memory";
    }

    @Override
    public String identity() {
        return identity;
    }

    /** What a service does under an enlisted branch. */
    void work(BranchId branch) {
        branches.put(branch, State.WORKING);
    }

    @Override
    public Prepared prepare(BranchId branch, byte[] payload) throws Exception {
        calls.add("prepare " + branch.attempt());
        lastPayload = payload;
        beforePrepare.run(branch);
        if (branches.get(branch) == State.ROLLED_BACK) {
            return Prepared.no("rolled back before");
        }
        if (answer.answer() == Prepared.Answer.YES) {
            branches.putIfAbsent(branch, State.PREPARED);
            branches.replace(branch, State.WORKING, State.PREPARED);
        } else {
            branches.remove(branch);
        }
        afterPrepare.run(branch);
        return answer;
    }

    @Override
    public void commit(BranchId branch) throws Exception {
        calls.add("commit " + branch.attempt());
        beforeCommit.run(branch);
        State state = branches.get(branch);
        if (state == State.ROLLED_BACK) {
            throw new HeuristicException(BranchOutcome.HEURISTIC_ROLLBACK, "was rolled back");
        }
        if (state == null || state == State.WORKING) {
            throw new IllegalStateException("no prepared branch " + branch);
        }
        branches.put(branch, State.COMMITTED);
    }

    @Override
    public void rollback(BranchId branch) throws Exception {
        calls.add("rollback " + branch.attempt());
        beforeRollback.run(branch);
        if (branches.get(branch) == State.COMMITTED) {
            throw new HeuristicException(BranchOutcome.HEURISTIC_COMMIT, "was committed");
        }
        branches.put(branch, State.ROLLED_BACK);
    }

    @Override
    public Collection<BranchId> recover(String participant) throws Exception {
        calls.add("recover");
        beforeRecover.run(null);
        return branches.entrySet().stream()
                .filter(entry -> entry.getValue() == State.WORKING || entry.getValue() == State.PREPARED)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What became of the branch of {@code attempt}, null where there is none. */
    State state(String attempt) {
        return branches.entrySet().stream()
                .filter(entry -> entry.getKey().attempt().equals(attempt))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    long count(String call) {
        return calls.stream().filter(made -> made.startsWith(call)).count();
    }

    /** Commits in one phase, with a marker and a fence. */
    static final class OnePhase extends MemoryResource implements OnePhaseResource {
        OnePhaseResource.OnePhase result = OnePhaseResource.OnePhase.COMMITTED;
        Hook beforeCommitOnePhase = branch -> {};
        Hook afterCommitOnePhase = branch -> {};

        OnePhase(String identity) {
            super(identity);
        }

        @Override
        public OnePhaseResource.OnePhase commitOnePhase(BranchId branch, byte[] payload) throws Exception {
            calls.add("one-phase " + branch.attempt());
            beforeCommitOnePhase.run(branch);
            if (branches.get(branch) == State.ROLLED_BACK || result == OnePhaseResource.OnePhase.FENCED) {
                branches.put(branch, State.ROLLED_BACK);
                return OnePhaseResource.OnePhase.FENCED;
            }
            branches.put(branch, State.COMMITTED);
            afterCommitOnePhase.run(branch);
            return OnePhaseResource.OnePhase.COMMITTED;
        }

        @Override
        public OnePhaseResource.OnePhase resolve(BranchId branch) {
            calls.add("resolve " + branch.attempt());
            if (branches.get(branch) == State.COMMITTED) {
                return OnePhaseResource.OnePhase.COMMITTED;
            }
            branches.put(branch, State.ROLLED_BACK);
            return OnePhaseResource.OnePhase.FENCED;
        }
    }
}
