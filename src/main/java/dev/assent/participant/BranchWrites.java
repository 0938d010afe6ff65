package dev.assent.participant;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Slot;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Vote;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.WriteResult;
import java.util.ArrayList;
import java.util.List;

/** The multis of one branch. Lives on the loop. */
final class BranchWrites {
    private static final int UNDECIDED = 0;
    private static final int DECIDED = 1;
    private static final int NO_VOTE = 0;
    private static final int VOTED = 1;

    /** A multi and what the slot holds once it succeeded. */
    record Change(List<Op> operations, Slot slot) {}

    private final Instance at;
    private final BranchId branch;
    private boolean entryGone;

    BranchWrites(Instance at, BranchId branch) {
        this.at = at;
        this.branch = branch;
    }

    /** The vote: no vote lands after a decision (rule 2); NO and READ_ONLY owe nothing more and take the entry along. */
    Change vote(Vote vote, String reason) {
        Slot slot = Slot.vote(vote, at.id, branch.attempt(), at.identity, reason);
        boolean last = vote == Vote.NO || vote == Vote.READ_ONLY;
        return change(UNDECIDED, slot, NO_VOTE, last);
    }

    /** The acknowledgement, only after the decision and what was applied (rule 4). */
    Change acknowledge(Slot vote, BranchOutcome outcome, String evidence) {
        return change(DECIDED, vote.acknowledged(outcome, evidence), VOTED, true);
    }

    /** The result of a one-phase branch, which decides the transaction (section 2, last paragraph). */
    Change report(Slot vote, BranchOutcome outcome) {
        return change(UNDECIDED, vote.acknowledged(outcome, ""), VOTED, true);
    }

    private Change change(int recordVersion, Slot slot, int slotVersion, boolean last) {
        TransactionId id = branch.transaction();
        List<Op> operations = new ArrayList<>();
        operations.add(Op.check(Paths.record(id), recordVersion));
        operations.add(Op.set(Paths.slot(id, at.name), Records.slot(slot), slotVersion));
        if (last && !entryGone) {
            operations.add(deleteEntry());
        }
        return new Change(List.copyOf(operations), slot);
    }

    Op deleteEntry() {
        return Op.delete(Paths.inboxEntry(at.name, branch.transaction()), Op.ANY_VERSION);
    }

    /** A delete that finds nothing re-reads and goes on: the next multi leaves it out. */
    void learn(Change refused, WriteResult result) {
        if (result.status() == WriteResult.Status.NO_NODE
                && refused.operations().get(result.failedOperation()).kind() == Op.Kind.DELETE) {
            entryGone = true;
        }
        if (result.status() == WriteResult.Status.NO_AUTH
                || result.status() == WriteResult.Status.TOO_LARGE
                || result.status() == WriteResult.Status.REFUSED) {
            at.report(branch.toString(), "cannot write " + refused.operations() + ": " + result);
        }
    }
}
