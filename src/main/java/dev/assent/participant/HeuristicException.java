package dev.assent.participant;

import dev.assent.protocol.BranchOutcome;

/** A resource broke its promise, and there is evidence of it. Recorded for an operator, never repeated (rule 11). */
public final class HeuristicException extends Exception {
    private static final long serialVersionUID = 1L;

    private final BranchOutcome outcome;

    /**
     * @param outcome one of the heuristic outcomes
     * @param evidence what was seen, for the operator
     */
    public HeuristicException(BranchOutcome outcome, String evidence) {
        super(evidence);
        if (!outcome.heuristic()) {
            throw new IllegalArgumentException(outcome + " is not a heuristic outcome");
        }
        this.outcome = outcome;
    }

    public BranchOutcome outcome() {
        return outcome;
    }
}
