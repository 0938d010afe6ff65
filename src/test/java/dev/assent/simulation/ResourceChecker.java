package dev.assent.simulation;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.Decision;
import dev.assent.protocol.Vote;
import dev.assent.simulation.Coverage.Event;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Holds each durable effect in a resource against what the tree has said by then (rules 3 to 5, one phase). */
final class ResourceChecker {
    private final Journal journal;
    private final Coverage coverage;
    private final Ledger ledger;
    /** Branches whose database was made to break its promise. */
    private final Set<BranchId> excused = new HashSet<>();

    ResourceChecker(Journal journal, Coverage coverage, Ledger ledger) {
        this.journal = journal;
        this.coverage = coverage;
        this.ledger = ledger;
    }

    private Optional<Ghost> note(BranchId branch, String what) {
        journal.note(
                "db-" + branch.participant(),
                what,
                branch.transaction() + " attempt " + branch.attempt().substring(0, 4));
        return ledger.ghost(branch.transaction());
    }

    void excuse(BranchId branch) {
        excused.add(branch);
    }

    boolean excused(BranchId branch) {
        return excused.contains(branch);
    }

    void worked(BranchId branch) {
        note(branch, "works");
    }

    void preparedNothing(BranchId branch) {
        note(branch, "nothing there");
    }

    void prepared(BranchId branch) {
        note(branch, "prepared").ifPresent(ghost -> {
            ghost.prepared(branch.participant(), branch.attempt());
            if (ghost.prepared.get(branch.participant()).size() == 2) {
                coverage.hit(Event.PREPARED_TWICE);
            }
        });
    }

    void refused(BranchId branch) {
        note(branch, "refused");
    }

    void readOnly(BranchId branch) {
        note(branch, "read-only");
    }

    void committed(BranchId branch) {
        Optional<Ghost> ghost = note(branch, "committed");
        if (ghost.isEmpty() || !ghost.get().decided(Decision.COMMIT)) {
            journal.violation("rule 3", branch + " was committed and no COMMIT is decided");
        } else if (!ghost.get().counts(branch.participant(), branch.attempt(), Vote.YES)) {
            journal.violation("rule 3", branch + " was committed and its slot does not hold YES of this attempt");
        }
    }

    void committedOnePhase(BranchId branch) {
        Optional<Ghost> ghost = note(branch, "one-phase");
        if (ghost.isEmpty() || !ghost.get().counts(branch.participant(), branch.attempt(), Vote.DELEGATED)) {
            journal.violation(
                    "one phase", branch + " was committed and its slot does not hold DELEGATED of this attempt");
        } else if (ghost.get().decided(Decision.ABORT)) {
            journal.violation("one phase", branch + " was committed after ABORT was decided");
        } else if (ghost.get().version(branch.participant()) != 1) {
            journal.violation("one phase", branch + " was committed after its result was reported");
        }
    }

    void fenced(BranchId branch) {
        note(branch, "fenced").ifPresent(ghost -> {
            if (ghost.decided(Decision.COMMIT)) {
                journal.violation("one phase", branch + " was fenced after COMMIT was decided");
            }
        });
    }

    void rolledBack(BranchId branch, SimulatedDatabase.State before) {
        Optional<Ghost> ghost = note(branch, "rolled back");
        if (ghost.isPresent()
                && ghost.get().counts(branch.participant(), branch.attempt(), Vote.YES)
                && !ghost.get().decided(Decision.ABORT)) {
            journal.violation("rule 3", branch + " was rolled back, its YES counts and ABORT is not decided");
        }
        if (before == SimulatedDatabase.State.PREPARED && (ghost.isEmpty() || ghost.get().collected)) {
            coverage.hit(Event.RECOVERY_BY_ABSENCE);
        }
    }

    /** A commit of which the resource has no evidence: it was carried out, and that was acknowledged and collected since. */
    void unknown(BranchId branch) {
        note(branch, "unknown");
        if (ledger.state(branch) != SimulatedDatabase.State.COMMITTED && !excused.contains(branch)) {
            journal.violation("rule 3", branch + " is to be committed and is " + ledger.state(branch));
        }
    }

    void promiseBroken(BranchId branch, String what) {
        note(branch, "cannot");
        if (!excused.contains(branch)) {
            journal.violation("rule 3", branch + ": " + what);
        }
    }
}
