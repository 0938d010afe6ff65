package dev.assent.simulation;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.Slot;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.Vote;
import dev.assent.simulation.Coverage.Event;
import dev.assent.store.InMemoryTree;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.util.Optional;

/** Holds each vote and each acknowledgement against rules 2 to 4 and the one-phase rules. */
final class SlotChecker {
    private final Journal journal;
    private final Coverage coverage;
    private final Ledger ledger;
    private final ResourceChecker resources;

    SlotChecker(Journal journal, Coverage coverage, Ledger ledger, ResourceChecker resources) {
        this.journal = journal;
        this.coverage = coverage;
        this.ledger = ledger;
        this.resources = resources;
    }

    /** A slot was set by this session. */
    void set(InMemoryTree tree, long session, Op op, Ghost ghost, String name) {
        int version = tree.version(op.path());
        SlotView view = Records.slot(tree.read(op.path()));
        if (view.status() == SlotView.Status.UNREADABLE || version > 2) {
            journal.violation("section 1", op + " leaves a slot that cannot be read, at version " + version);
            return;
        }
        Slot slot = view.slot().orElseThrow();
        Optional<Slot> before = ghost.slot(name);
        ghost.slots.put(name, Optional.of(slot));
        ghost.versions.put(name, version);
        BranchId branch = branch(tree, ghost, name, slot.attempt());
        if (version == 1) {
            vote(op, session, ghost, name, slot, branch);
        } else {
            finish(op, session, ghost, name, before.orElseThrow(), slot, branch);
        }
    }

    /** The branch of one attempt. */
    static BranchId branch(InMemoryTree tree, Ghost ghost, String name, String attempt) {
        return new BranchId(Records.installation(tree.data(Paths.ROOT)), ghost.id, name, attempt);
    }

    private void vote(Op op, long session, Ghost ghost, String name, Slot slot, BranchId branch) {
        ghost.voters.put(name, session);
        if (ghost.decision.isPresent()) {
            journal.violation("rule 2", op + " votes after the decision");
            return;
        }
        if (ghost.list.isEmpty() || !ghost.list.get().contains(name)) {
            journal.violation("section 3", op + " votes and is not listed: " + ghost.list);
            return;
        }
        SimulatedDatabase.State state = ledger.state(branch);
        switch (slot.vote()) {
            case YES -> {
                if (state != SimulatedDatabase.State.PREPARED && !resources.excused(branch)) {
                    journal.violation("rule 3", op + " votes YES and the branch is " + state);
                }
            }
            case NO -> coverage.hit(Event.NO_VOTE);
            case READ_ONLY -> coverage.hit(Event.READ_ONLY_VOTE);
            case DELEGATED -> {
                if (ghost.list.get().size() != 1) {
                    journal.violation(
                            "one phase",
                            op + " is delegated one of " + ghost.list.get().size());
                }
            }
        }
        String holder = ghost.holders.get(name);
        if (holder != null && slot.vote() != Vote.NO && !holder.equals(slot.attempt())) {
            journal.violation("section 3", op + " votes " + slot.vote() + ", the work is of attempt " + holder);
        }
    }

    private void finish(Op op, long session, Ghost ghost, String name, Slot before, Slot slot, BranchId branch) {
        if (before.vote() != slot.vote() || !before.attempt().equals(slot.attempt())) {
            journal.violation("rule 4", op + " acknowledges another vote than " + before);
            return;
        }
        if (session != ghost.voters.getOrDefault(name, 0L)) {
            coverage.hit(Event.FINISHED_BY_ANOTHER);
        }
        BranchOutcome outcome = slot.outcome().orElseThrow();
        SimulatedDatabase.State state = ledger.state(branch);
        boolean delegated = slot.vote() == Vote.DELEGATED;
        if (delegated == ghost.decision.isPresent()) {
            journal.violation("rule 4", op + " ends a " + slot.vote() + " with the decision " + ghost.decision);
            return;
        }
        if (!delegated && slot.vote() != Vote.YES) {
            journal.violation("rule 4", op + " acknowledges a " + slot.vote());
            return;
        }
        if (outcome.heuristic() || resources.excused(branch)) {
            coverage.hit(Event.HEURISTIC);
            if (!resources.excused(branch)) {
                journal.violation("rule 11", op + " says " + outcome + " and no promise was broken");
            }
            return;
        }
        boolean commit = outcome == BranchOutcome.COMMITTED;
        if (state != (commit ? SimulatedDatabase.State.COMMITTED : SimulatedDatabase.State.ROLLED_BACK)) {
            journal.violation(
                    delegated ? "one phase" : "rule 4", op + " says " + outcome + " and the branch is " + state);
        } else if (!delegated && commit != ghost.decided(Decision.COMMIT)) {
            journal.violation("rule 4", op + " says " + outcome + " under " + ghost.decision.get());
        }
    }
}
