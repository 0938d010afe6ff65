package dev.assent.simulation;

import dev.assent.client.Answer;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import dev.assent.simulation.Coverage.Event;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Holds what initiators are told against what the tree says (rules 5 and 11). */
final class AnswerChecker {
    private final Journal journal;
    private final Coverage coverage;
    private final Ledger ledger;
    /** Who waits for an answer. */
    private final Map<String, SimulatedProcess> waiting = new LinkedHashMap<>();
    /** The begins that were refused: nothing may ever be begun for them. */
    private final Set<String> refused = new LinkedHashSet<>();

    AnswerChecker(Journal journal, Coverage coverage, Ledger ledger) {
        this.journal = journal;
        this.coverage = coverage;
        this.ledger = ledger;
    }

    void expect(SimulatedProcess process, String mark) {
        waiting.put(mark, process);
    }

    /** Those whose process crashed wait no longer. */
    void crashed(SimulatedProcess process) {
        waiting.values().removeIf(process::equals);
    }

    int waiting() {
        return waiting.size();
    }

    void answered(String mark, Answer answer) {
        waiting.remove(mark);
        journal.note(
                "initiator",
                "is told",
                answer.kind() + " " + answer.id().map(Object::toString).orElse("") + " " + answer.reason());
        Optional<Ghost> ghost = answer.id().flatMap(ledger::ghost);
        if (answer.reason().contains("a step failed")) {
            journal.violation("defect", answer.reason());
        }
        switch (answer.kind()) {
            case COMMITTED -> committed(answer, ghost);
            case ABORTED -> {
                coverage.hit(Event.ANSWERED_ABORTED);
                aborted(answer, ghost);
            }
            case UNKNOWN -> coverage.hit(Event.ANSWERED_UNKNOWN);
            case REFUSED -> {
                coverage.hit(Event.ANSWERED_REFUSED);
                refused.add(mark);
                checkRefused();
            }
        }
    }

    private void aborted(Answer answer, Optional<Ghost> ghost) {
        if (ghost.isEmpty()
                || ghost.get().decided(Decision.COMMIT)
                || (ghost.get().decision.isEmpty() && !ghost.get().refused())) {
            journal.violation("rule 11", "ABORTED was answered and no ABORT is decided or certain: " + answer);
        } else {
            ghost.get().answeredAborted = true;
        }
    }

    private void committed(Answer answer, Optional<Ghost> ghost) {
        coverage.hit(Event.ANSWERED_COMMITTED);
        if (ghost.isEmpty() || ghost.get().decided(Decision.ABORT)) {
            journal.violation("rule 11", "COMMITTED was answered and the decision is another: " + answer);
        } else if (ghost.get().decision.isEmpty()) {
            coverage.hit(Event.EARLY_OUTCOME);
            ghost.get().answeredCommitted = true;
            if (!ghost.get().allPrepared()) {
                journal.violation("rule 2", "COMMITTED was answered early and not every slot holds YES: " + answer);
            }
        }
    }

    /** Nothing was begun for what was refused; asked again at the end, for what arrived late. */
    void checkRefused() {
        if (refused.isEmpty()) {
            return;
        }
        for (Ghost ghost : ledger.ghosts().values()) {
            if (refused.contains(ghost.begun.trace().orElse(""))) {
                journal.violation("rule 11", ghost.id + " was begun and its initiator was told that nothing was");
            }
        }
    }

    /** An answer to {@code outcome(id)} that was asked for at {@code asked}. */
    void outcome(TransactionId id, OutcomeState state, long asked) {
        journal.note("initiator", "learns", id + " " + state);
        coverage.hit(Event.OUTCOME_ASKED);
        Optional<Ghost> ghost = ledger.ghost(id);
        boolean right = switch (state) {
            case PENDING -> ghost.isPresent() && ghost.get().decidedAt >= asked;
            case COMMITTED -> ghost.isPresent() && ghost.get().decided(Decision.COMMIT);
            case ABORTED -> ghost.isPresent() && ghost.get().decided(Decision.ABORT);
            case FORGOTTEN -> ghost.isEmpty() || ghost.get().begunAt >= asked;
        };
        if (!right) {
            journal.violation(
                    "rule 5",
                    "outcome(" + id + ") is answered " + state + ", the decision is "
                            + ghost.map(g -> g.decision.toString()).orElse("none, nothing was begun"));
        }
    }
}
