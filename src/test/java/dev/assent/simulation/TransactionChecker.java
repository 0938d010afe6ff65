package dev.assent.simulation;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.Slot;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Verdict;
import dev.assent.protocol.Vote;
import dev.assent.simulation.Coverage.Event;
import dev.assent.store.InMemoryTree;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Holds what a committed multi does to transactions against rules 1 to 6. */
final class TransactionChecker {
    private final Journal journal;
    private final Coverage coverage;
    private final Ledger ledger;
    private final SlotChecker slots;

    // Of the multi under check.
    private List<Op> ops = List.of();
    private long session;
    private final Set<String> deleted = new HashSet<>();
    private final List<Ghost> begun = new ArrayList<>();
    private final List<Ghost> decided = new ArrayList<>();
    private final List<Ghost> collected = new ArrayList<>();
    private final List<Ghost> closed = new ArrayList<>();

    TransactionChecker(Journal journal, Coverage coverage, Ledger ledger, ResourceChecker resources) {
        this.slots = new SlotChecker(journal, coverage, ledger, resources);
        this.journal = journal;
        this.coverage = coverage;
        this.ledger = ledger;
    }

    void starts(long writer, List<Op> multi) {
        ops = multi;
        session = writer;
        deleted.clear();
        begun.clear();
        decided.clear();
        collected.clear();
        closed.clear();
        for (Op op : multi) {
            if (op.kind() == Op.Kind.DELETE) {
                deleted.add(op.path());
            }
        }
    }

    void ends(InMemoryTree tree) {
        begun.forEach(ghost -> begunWhole(tree, ghost));
        closed.forEach(ghost -> closedWhole(tree, ghost));
        collected.forEach(ghost -> collectedWhole(tree, ghost));
    }

    void record(InMemoryTree tree, Op op, TransactionId id) {
        switch (op.kind()) {
            case CREATE -> begin(op, id);
            case SET ->
                ledger.ghost(id)
                        .ifPresentOrElse(
                                ghost -> decide(tree, op, ghost),
                                () -> journal.violation("section 1", op + " of a record that nobody began"));
            default -> ledger.ghost(id).ifPresent(this::collect);
        }
    }

    private void begin(Op op, TransactionId id) {
        if (ledger.ghosts().containsKey(id)) {
            journal.violation("rule 6", id + " came back");
            return;
        }
        TransactionRecord record = Records.record(op.data());
        for (Ghost other : ledger.ghosts().values()) {
            if (other.begun.trace().equals(record.trace())) {
                journal.violation("rule 6", id + " and " + other.id + " are the begin of one request");
                return;
            }
        }
        Ghost ghost = new Ghost(id, record, journal.now());
        ledger.ghosts().put(id, ghost);
        begun.add(ghost);
        coverage.hit(Event.BEGUN);
    }

    private void begunWhole(InMemoryTree tree, Ghost ghost) {
        for (String name : ghost.begun.participants()) {
            if (tree.version(Paths.slot(ghost.id, name)) != 0 || !tree.exists(Paths.inboxEntry(name, ghost.id))) {
                journal.violation("section 3", ghost.id + " was begun without slot or inbox entry of " + name);
            }
        }
    }

    private void decide(InMemoryTree tree, Op op, Ghost ghost) {
        if (tree.version(op.path()) != 1 || ghost.decision.isPresent()) {
            journal.violation("rule 1", ghost.id + " is decided again, at version " + tree.version(op.path()));
            return;
        }
        TransactionRecord record = Records.record(op.data());
        Optional<Verdict> verdict = record.verdict();
        if (verdict.isEmpty() || !record.sameBegin(ghost.begun)) {
            journal.violation("rule 1", ghost.id + " was written without a decision or with other content: " + record);
            return;
        }
        if (verdict.get().epoch() != tree.version(Paths.EPOCH)) {
            journal.violation(
                    "rule 1",
                    ghost.id + " is decided in epoch " + verdict.get().epoch() + ", the epoch is "
                            + tree.version(Paths.EPOCH));
            return;
        }
        ghost.decision = Optional.of(verdict.get().decision());
        ghost.decidedAt = journal.now();
        decided.add(ghost);
        boolean delegated = ghost.list.isPresent()
                && ghost.list.get().size() == 1
                && ghost.votes(ghost.list.get().get(0), Vote.DELEGATED);
        if (delegated) {
            decideDelegated(ghost, ghost.list.get().get(0));
        } else if (ghost.decided(Decision.COMMIT)) {
            if (ghost.answeredAborted) {
                journal.violation("rule 2", ghost.id + " is COMMIT and its initiator was told ABORTED");
            }
            if (!ghost.allPrepared()) {
                journal.violation(
                        "rule 2", ghost.id + " is COMMIT with list " + ghost.list + " and slots " + ghost.slots);
            }
            coverage.hit(ghost.begun.enlisted() ? Event.ENLISTED_COMMIT : Event.COMMIT);
        } else {
            if (!ghost.abortable()) {
                journal.violation("rule 2", ghost.id + " is ABORT and every listed slot holds YES: " + ghost.slots);
            }
            if (ghost.answeredCommitted) {
                journal.violation("rule 2", ghost.id + " is ABORT and its initiator was told COMMITTED");
            }
            coverage.hit(ghost.begun.enlisted() ? Event.ENLISTED_ABORT : Event.ABORT);
        }
    }

    private void decideDelegated(Ghost ghost, String name) {
        Slot slot = ghost.slot(name).orElseThrow();
        BranchOutcome expected = ghost.decided(Decision.COMMIT) ? BranchOutcome.COMMITTED : BranchOutcome.ABORTED;
        if (ghost.version(name) != 2
                || slot.outcome().filter(o -> o == expected).isEmpty()) {
            journal.violation("one phase", ghost.id + " is " + ghost.decision.get() + " and its slot says " + slot);
        }
        coverage.hit(ghost.decided(Decision.COMMIT) ? Event.DELEGATED_COMMIT : Event.DELEGATED_ABORT);
    }

    void child(InMemoryTree tree, Op op, TransactionId id, String name) {
        Optional<Ghost> found = ledger.ghost(id);
        if (found.isEmpty() || found.get().garbage) {
            return;
        }
        Ghost ghost = found.get();
        if (op.kind() == Op.Kind.DELETE) {
            if (!deleted.contains(Paths.record(id))) {
                journal.violation("rule 4", op + " without its record in the same multi");
            }
        } else if (name.equals(Paths.LIST)) {
            list(op, ghost);
        } else if (op.kind() == Op.Kind.CREATE) {
            createSlot(op, ghost, name);
        } else {
            slots.set(tree, session, op, ghost, name);
        }
    }

    private void list(Op op, Ghost ghost) {
        boolean byDecision = decidedHere(ghost);
        if (op.kind() != Op.Kind.CREATE || ghost.list.isPresent()) {
            journal.violation("section 3", op + " changes a list that is closed");
            return;
        }
        if (!ghost.begun.enlisted() || (ghost.decision.isPresent() && !byDecision)) {
            journal.violation("section 3", op + " of a record that is not open");
            return;
        }
        ghost.list = Optional.of(Records.list(op.data()));
        if (byDecision && !ghost.list.get().isEmpty()) {
            journal.violation("rule 2", op + " closes a list with participants in the decision's multi");
        }
        if (byDecision) {
            coverage.hit(Event.OPEN_ABORTED_BY_LEADER);
        } else {
            closed.add(ghost);
        }
    }

    /** Whether the multi under check decides this transaction, before or after the operation looked at. */
    private boolean decidedHere(Ghost ghost) {
        String record = Paths.record(ghost.id);
        return ops.stream().anyMatch(op -> op.kind() == Op.Kind.SET && op.path().equals(record));
    }

    private void closedWhole(InMemoryTree tree, Ghost ghost) {
        for (String name : ghost.list.orElseThrow()) {
            if (tree.version(Paths.slot(ghost.id, name)) != 0 || !ghost.holders.containsKey(name)) {
                journal.violation("section 3", ghost.id + " was closed without slot or holder of " + name);
            }
        }
    }

    private void createSlot(Op op, Ghost ghost, String name) {
        if (op.data().length != 0) {
            journal.violation("section 1", op + " creates a slot with content");
        }
        if (ghost.decision.isPresent() && !decidedHere(ghost)) {
            journal.violation("section 1", op + " creates a slot under a decided record");
        }
        ghost.slots.put(name, Optional.empty());
        ghost.versions.put(name, 0);
    }

    private void collect(Ghost ghost) {
        ghost.collected = true;
        ghost.collectedAt = journal.now();
        collected.add(ghost);
        coverage.hit(Event.COLLECTED);
    }

    private void collectedWhole(InMemoryTree tree, Ghost ghost) {
        if (ghost.garbage) {
            return;
        }
        if (ghost.decision.isEmpty()) {
            journal.violation("rule 4", ghost.id + " was collected undecided");
            return;
        }
        ghost.slots.forEach((name, slot) -> {
            if (tree.exists(Paths.inboxEntry(name, ghost.id))) {
                journal.violation("rule 4", ghost.id + " was collected and the inbox entry of " + name + " is left");
            }
            if (ghost.decided(Decision.COMMIT) && ghost.votes(name, Vote.YES) && ghost.version(name) != 2) {
                journal.violation("rule 4", ghost.id + " was collected and " + name + " did not acknowledge COMMIT");
            }
        });
        if (!inHistory(ghost)) {
            journal.violation("rule 4", ghost.id + " was collected without a history entry of " + ghost.decision.get());
        }
    }

    private boolean inHistory(Ghost ghost) {
        OutcomeState expected = ghost.decided(Decision.COMMIT) ? OutcomeState.COMMITTED : OutcomeState.ABORTED;
        for (Op op : ops) {
            if (op.path().startsWith(Paths.HISTORY + "/") && op.data().length > 0) {
                try {
                    OutcomeState found = op.path().equals(Paths.historyHeuristic(ghost.id))
                            ? Records.heuristic(op.data()).outcome()
                            : Paths.name(op.path()).startsWith("page-")
                                    ? Records.historyPage(op.data()).get(ghost.id)
                                    : null;
                    if (found == expected) {
                        return true;
                    }
                } catch (MalformedRecordException e) {
                    journal.violation("section 1", op + " cannot be read: " + e.getMessage());
                }
            }
        }
        return false;
    }

    /** An inbox entry comes or goes. */
    void inbox(Op op, String participant, String name) {
        Optional<Ghost> found = TransactionId.tryParse(name).flatMap(ledger::ghost);
        if (found.isEmpty() || found.get().garbage) {
            return;
        }
        Ghost ghost = found.get();
        if (op.kind() == Op.Kind.CREATE) {
            if (ghost.begun.enlisted()) {
                ghost.holders.put(
                        participant,
                        Records.inboxEntry(op.data())
                                .holder()
                                .map(holder -> holder.attempt())
                                .orElse(""));
            }
            return;
        }
        if (op.kind() == Op.Kind.SET) {
            journal.violation("section 1", op + " changes an inbox entry");
            return;
        }
        boolean owed = (ghost.votes(participant, Vote.YES) || ghost.votes(participant, Vote.DELEGATED))
                && ghost.version(participant) < 2
                && !deleted.contains(Paths.record(ghost.id));
        boolean unasked = ghost.version(participant) == 0 && ghost.decision.isEmpty();
        if (!ghost.collected && (owed || unasked)) {
            journal.violation("rule 4", op + " removes work that is still owed: " + ghost.slots);
        }
    }

    void answered(Op op) {
        Records.operation(op.data())
                .result()
                .ifPresent(result -> coverage.hit(result.done() ? Event.OPERATOR_ABORT : Event.OPERATOR_REFUSED));
    }

    void refused(List<Op> multi, Op failed) {
        for (Op op : multi) {
            if (op.kind() == Op.Kind.SET && op.version() == 0 && ofTransaction(op.path())) {
                TransactionId.tryParse(Paths.name(Paths.parent(op.path())))
                        .flatMap(ledger::ghost)
                        .filter(ghost -> ghost.decision.isPresent())
                        .ifPresent(ghost -> coverage.hit(Event.VOTE_AFTER_DECISION_REFUSED));
            }
            if (op.kind() == Op.Kind.CREATE
                    && ofTransaction(op.path())
                    && TransactionId.tryParse(Paths.name(op.path()))
                            .filter(id -> ledger.ghosts().containsKey(id))
                            .isPresent()) {
                boolean sealed = failed.kind() == Op.Kind.CHECK;
                coverage.hit(sealed ? Event.BEGIN_REPLAYED_AFTER_SEAL : Event.BEGIN_REPLAYED);
            }
        }
    }

    private static boolean ofTransaction(String path) {
        return path.startsWith(Paths.TRANSACTIONS + "/");
    }
}
