package dev.assent.simulation;

import dev.assent.participant.HeuristicException;
import dev.assent.participant.OnePhaseResource;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import dev.assent.simulation.SimulatedDatabase.State;
import java.util.Collection;
import java.util.UUID;

/** One process's access to a {@link SimulatedDatabase}; tells the checker of each durable effect. */
class SimulatedResource implements OnePhaseResource {
    /** How often, in a thousand, a call does something else than succeed. */
    static final class Conditions {
        int refuses;
        int readOnly;
        int failsBefore;
        int failsAfter;
    }

    private final SimulatedDatabase database;
    private final Conditions conditions;
    private final Rng rng;
    private final ResourceChecker checker;

    SimulatedResource(SimulatedDatabase database, Conditions conditions, Rng rng, ResourceChecker checker) {
        this.database = database;
        this.conditions = conditions;
        this.rng = rng;
        this.checker = checker;
    }

    @Override
    public String kind() {
        return "simulated";
    }

    @Override
    public String identity() {
        return database.identity();
    }

    private void maybeFail(int perMille, String when) throws Exception {
        if (rng.perMille(perMille)) {
            throw new Exception("the connection broke " + when);
        }
    }

    @Override
    public Prepared prepare(BranchId branch, byte[] payload) throws Exception {
        maybeFail(conditions.failsBefore, "before prepare");
        State state = database.state(branch);
        if (state == State.ROLLED_BACK || database.gone(branch)) {
            return Prepared.no("rolled back before");
        }
        if (state == State.COMMITTED || state == State.PREPARED) {
            return Prepared.yes();
        }
        if (state == null && payload.length == 0) {
            // It cannot tell work that was lost from no work: only the named attempt may ask (section 3).
            checker.preparedNothing(branch);
        }
        if (rng.perMille(conditions.refuses)) {
            database.forget(branch);
            checker.refused(branch);
            return Prepared.no("refused");
        }
        if (rng.perMille(conditions.readOnly)) {
            database.forget(branch);
            checker.readOnly(branch);
            return Prepared.readOnly();
        }
        database.put(branch, State.PREPARED);
        checker.prepared(branch);
        maybeFail(conditions.failsAfter, "after prepare");
        return Prepared.yes();
    }

    @Override
    public void commit(BranchId branch) throws Exception {
        maybeFail(conditions.failsBefore, "before commit");
        State state = database.state(branch);
        if (state == State.PREPARED) {
            database.put(branch, State.COMMITTED);
            checker.committed(branch);
        } else if (state == null) {
            // Never heard of, or the evidence was dropped: no positive evidence (rule 4).
            checker.unknown(branch);
            throw new Exception("the branch is unknown");
        } else if (state != State.COMMITTED) {
            checker.promiseBroken(branch, "commit of a branch that is " + state);
            throw new HeuristicException(BranchOutcome.HEURISTIC_ROLLBACK, "the branch is " + state);
        }
        maybeFail(conditions.failsAfter, "after commit");
    }

    @Override
    public void rollback(BranchId branch) throws Exception {
        maybeFail(conditions.failsBefore, "before rollback");
        State state = database.state(branch);
        if (state == State.COMMITTED) {
            checker.promiseBroken(branch, "rollback of a committed branch");
            throw new HeuristicException(BranchOutcome.HEURISTIC_COMMIT, "the branch is committed");
        }
        if (state != State.ROLLED_BACK && !database.gone(branch)) {
            database.put(branch, State.ROLLED_BACK);
            checker.rolledBack(branch, state);
        }
        maybeFail(conditions.failsAfter, "after rollback");
    }

    @Override
    public Collection<BranchId> recover(String participant) throws Exception {
        maybeFail(conditions.failsBefore, "before recover");
        return database.held(participant);
    }

    @Override
    public void forgetBefore(UUID installation, long generation) throws Exception {
        maybeFail(conditions.failsBefore, "before evidence was dropped");
        database.forgetBefore(generation);
    }

    @Override
    public OnePhase commitOnePhase(BranchId branch, byte[] payload) throws Exception {
        maybeFail(conditions.failsBefore, "before the one-phase commit");
        State state = database.state(branch);
        if (state == State.ROLLED_BACK || database.gone(branch)) {
            return OnePhase.FENCED;
        }
        if (state != State.COMMITTED && rng.perMille(conditions.refuses)) {
            database.put(branch, State.ROLLED_BACK);
            checker.fenced(branch);
            return OnePhase.FENCED;
        }
        if (state != State.COMMITTED) {
            database.put(branch, State.COMMITTED);
            checker.committedOnePhase(branch);
        }
        maybeFail(conditions.failsAfter, "after the one-phase commit");
        return OnePhase.COMMITTED;
    }

    @Override
    public OnePhase resolve(BranchId branch) throws Exception {
        maybeFail(conditions.failsBefore, "before resolve");
        if (database.state(branch) == State.COMMITTED) {
            return OnePhase.COMMITTED;
        }
        if (!database.gone(branch)) {
            fence(branch);
        }
        maybeFail(conditions.failsAfter, "after the fence");
        return OnePhase.FENCED;
    }

    /** Makes sure that no commit of the branch, however late, can succeed. */
    protected void fence(BranchId branch) {
        database.put(branch, State.ROLLED_BACK);
        checker.fenced(branch);
    }
}
