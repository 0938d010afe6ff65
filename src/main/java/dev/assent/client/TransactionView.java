package dev.assent.client;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Vote;
import java.util.List;
import java.util.Optional;

/**
 * A transaction as the tree shows it. Immutable.
 *
 * @param name its id, or what stands in an id's place
 * @param state how far it is
 * @param record its record, empty where it cannot be read
 * @param participants the closed list; empty while it is open
 * @param branches a slot for each listed participant, in the list's order
 * @param strays children that belong to nobody; read for a single transaction alone
 * @param createdMillis the wall clock of a ZooKeeper server at the begin, for people's eyes alone (rule 8)
 * @param inDoubtSinceMillis the same at its first YES, while it is in doubt
 * @param problem what cannot be read, and why; else empty
 */
public record TransactionView(
        String name,
        State state,
        Optional<TransactionRecord> record,
        List<String> participants,
        List<BranchView> branches,
        List<String> strays,
        long createdMillis,
        Optional<Long> inDoubtSinceMillis,
        String problem) {
    /** How far a transaction is. */
    public enum State {
        /** Enlisted work whose list nobody closed. */
        OPEN,
        /** Undecided, and nobody voted YES yet. */
        VOTING,
        /** Undecided, and somebody voted YES: locks may be held. */
        IN_DOUBT,
        COMMITTED,
        ABORTED,
        /** Something of it is outside the schema; see the problem (rule 12). */
        UNREADABLE;

        /** Whether a decision is missing. */
        public boolean pending() {
            return this == OPEN || this == VOTING || this == IN_DOUBT;
        }
    }

    /**
     * One participant's part.
     *
     * @param participant whose
     * @param slot what the slot holds
     */
    public record BranchView(String participant, SlotView slot) {
        /** The vote, empty where there is none or it cannot be read. */
        public Optional<Vote> vote() {
            return slot.slot().map(content -> content.vote());
        }

        /** What became of the branch, empty until it was acknowledged. */
        public Optional<BranchOutcome> outcome() {
            return slot.slot().flatMap(content -> content.outcome());
        }
    }

    static TransactionView unreadable(String name, long createdMillis, String problem) {
        return new TransactionView(
                name,
                State.UNREADABLE,
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                createdMillis,
                Optional.empty(),
                problem);
    }

    /** Who has not voted. */
    public List<String> withoutVote() {
        return branches.stream()
                .filter(branch -> branch.slot().status() == SlotView.Status.EMPTY
                        || branch.slot().status() == SlotView.Status.MISSING)
                .map(BranchView::participant)
                .toList();
    }

    /** Who voted YES and has not acknowledged the decision. */
    public List<String> withoutAcknowledgement() {
        return branches.stream()
                .filter(branch -> branch.slot().status() == SlotView.Status.VOTED)
                .filter(branch -> branch.vote().filter(vote -> vote == Vote.YES).isPresent())
                .map(BranchView::participant)
                .toList();
    }

    /** Who is waited for, and what happens then, in words for people. */
    public String next() {
        return switch (state) {
            case OPEN -> "its initiator closes the list, or the leader aborts after the timeout";
            case VOTING, IN_DOUBT ->
                withoutVote().isEmpty()
                        ? "the leader decides"
                        : "waits for the votes of " + withoutVote() + "; the leader aborts after the timeout";
            case COMMITTED, ABORTED ->
                withoutAcknowledgement().isEmpty()
                        ? "the leader removes it once its generation is sealed"
                        : "waits for " + withoutAcknowledgement() + " to apply the decision";
            case UNREADABLE -> "nobody touches it; look at it with zkcli";
        };
    }
}
