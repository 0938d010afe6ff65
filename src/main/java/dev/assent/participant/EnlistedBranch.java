package dev.assent.participant;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.Enlistment;

/**
 * A branch that was opened under a running transaction: the service works in its resource under {@code branch} and hands
 * {@code enlistment} back to the initiator. Immutable.
 *
 * @param branch names the work inside the resource
 * @param enlistment tells the initiator which attempt holds the branch
 */
public record EnlistedBranch(BranchId branch, Enlistment enlistment) {
    /** The enlistment as text, to be sent to the initiator; {@link Enlistment#parse} reads it. */
    public String token() {
        return enlistment.toString();
    }
}
