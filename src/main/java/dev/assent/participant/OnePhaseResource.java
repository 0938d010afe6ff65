package dev.assent.participant;

import dev.assent.protocol.BranchId;

/**
 * A resource that can prove a commit and fence off a late one, so that a transaction with this single participant needs
 * no prepare (one phase, vote DELEGATED).
 */
public interface OnePhaseResource extends Resource {
    /** How a one-phase branch ended. */
    enum OnePhase {
        /** The marker of the commit is durable in the resource. */
        COMMITTED,
        /** A fence is durable in the resource: no commit of this attempt, however late, can succeed any more. */
        FENCED
    }

    /**
     * Does the work and commits it together with a marker of the branch, in one step; or fails and says so. A throw
     * means unknown: {@link #resolve} follows.
     */
    OnePhase commitOnePhase(BranchId branch, byte[] payload) throws Exception;

    /** COMMITTED where the marker of the branch is there, else makes the fence durable and answers FENCED. */
    OnePhase resolve(BranchId branch) throws Exception;
}
