package dev.assent.simulation;

import dev.assent.protocol.TransactionId;
import dev.assent.simulation.Coverage.Event;
import dev.assent.store.InMemoryEnsemble;
import dev.assent.store.InMemoryTree;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Store;
import dev.assent.store.UnpackedTree;
import dev.assent.store.WriteResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Holds each committed multi against the rules: who may write what, in which order, and what must stand in one multi. What
 * concerns a transaction is in {@link TransactionChecker}.
 */
final class TreeChecker implements InMemoryEnsemble.Observer {
    private static final int MOST_SHOWN = 300;

    private final Journal journal;
    private final Coverage coverage;
    private final Ledger ledger;
    private final TransactionChecker transactions;
    private final UnpackedTree unpacked = new UnpackedTree();
    private final StepChecker steps;
    private final Set<Long> vandals = new HashSet<>();
    private final Set<String> garbage = new HashSet<>();
    private final Set<Long> generations = new HashSet<>();
    private final Set<Long> sealed = new HashSet<>();
    private long newestGeneration;
    private long announced;
    /** The session that made the last epoch: only its writes may do a leader's work. */
    private long leader;

    TreeChecker(Journal journal, Coverage coverage, Ledger ledger, ResourceChecker resources) {
        this.journal = journal;
        this.coverage = coverage;
        this.ledger = ledger;
        this.steps = new StepChecker(journal, coverage, unpacked);
        this.transactions = new TransactionChecker(journal, coverage, ledger, resources);
    }

    /** What this session writes is meant to be wrong. */
    void vandal(long session) {
        vandals.add(session);
    }

    Set<String> garbage() {
        return garbage;
    }

    /** Holds the layer below {@code store}'s user, too. */
    Store watch(Store store) {
        return steps.watch(store);
    }

    /** The committed state as roles see it. */
    InMemoryTree seen() {
        return unpacked.tree();
    }

    @Override
    public void before(InMemoryTree znodes, long session, List<Op> ops) {
        steps.before(session);
    }

    @Override
    public void committed(InMemoryTree znodes, long session, List<Op> multi) {
        noteAll(session, "commits", multi);
        List<Op> ops;
        try {
            ops = unpacked.follow(multi, session, 0);
        } catch (UnpackedTree.ImpossibleException e) {
            journal.violation("packing", e.getMessage());
            return;
        }
        InMemoryTree tree = unpacked.tree();
        if (!vandals.contains(session)) {
            steps.committed(multi, ops);
        }
        if (vandals.contains(session)) {
            ops.forEach(op -> garbage(op));
            return;
        }
        transactions.starts(session, ops);
        for (Op op : ops) {
            if (op.kind() != Op.Kind.CHECK && op.kind() != Op.Kind.CREATE_EPHEMERAL && !journal.violated()) {
                changed(tree, session, op);
            }
        }
        if (!journal.violated()) {
            transactions.ends(tree);
        }
    }

    private void noteAll(long session, String what, List<Op> ops) {
        journal.mix(session);
        journal.mix(what.hashCode());
        for (Op op : ops) {
            journal.mix(op.kind().name().hashCode());
            journal.mix(op.path().hashCode());
            journal.mix(op.version());
            journal.mix(Arrays.hashCode(op.data()));
        }
        if (!journal.inWords()) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (Op op : ops) {
            text.append(text.length() == 0 ? "" : "; ").append(op);
            if (op.data().length > 0 && op.data().length < MOST_SHOWN) {
                text.append(' ').append(new String(op.data(), StandardCharsets.UTF_8));
            }
        }
        journal.words("session-" + session, what, text.toString());
    }

    private void garbage(Op op) {
        if (op.kind() == Op.Kind.DELETE) {
            garbage.remove(op.path());
        } else if (op.kind() != Op.Kind.CHECK) {
            garbage.add(op.path());
            coverage.hit(Event.GARBAGE);
            TransactionId.tryParse(Paths.name(op.path()))
                    .flatMap(ledger::ghost)
                    .ifPresent(ghost -> ghost.garbage = true);
        }
    }

    private void changed(InMemoryTree tree, long session, Op op) {
        String[] at = op.path().split("/", -1);
        if (garbage.contains(op.path())) {
            if (op.kind() == Op.Kind.DELETE) {
                garbage.remove(op.path());
            }
            return;
        }
        switch (at.length < 2 ? "" : at[1]) {
            case "epoch" -> epoch(session, op);
            case "transactions" -> underTransactions(tree, session, op, at);
            case "participants" -> {
                if (at.length == 6 && at[3].equals("inbox")) {
                    transactions.inbox(op, at[2], at[5]);
                }
            }
            case "history" -> onlyLeader(session, op);
            case "operations" -> {
                if (op.kind() == Op.Kind.SET) {
                    onlyLeader(session, op);
                    transactions.answered(op);
                }
            }
            default -> {}
        }
    }

    private void epoch(long session, Op op) {
        if (op.kind() == Op.Kind.DELETE) {
            journal.violation("section 1", "/epoch was deleted");
        } else if (op.kind() == Op.Kind.SET) {
            leader = session;
            coverage.hit(Event.TAKEOVER);
            if (ledger.ghosts().values().stream().anyMatch(ghost -> ghost.decision.isEmpty() && ghost.allPrepared())) {
                coverage.hit(Event.TAKEOVER_MID_DECISION);
            }
        }
    }

    private void onlyLeader(long session, Op op) {
        if (session != leader && leader != 0) {
            journal.violation(
                    "rule 1", op + " was written by session " + session + ", the epoch is of session " + leader);
        }
    }

    private void underTransactions(InMemoryTree tree, long session, Op op, String[] at) {
        switch (at.length) {
            case 2 -> announcement(session, op);
            case 3 -> generation(tree, session, op, at[2]);
            case 4 -> {
                Optional<TransactionId> id = TransactionId.tryParse(at[3]);
                if (id.isEmpty()) {
                    journal.violation("section 1", op + " is no transaction");
                    return;
                }
                if (op.kind() != Op.Kind.CREATE) {
                    onlyLeader(session, op);
                }
                if (op.kind() == Op.Kind.CREATE
                        && tree.version(Paths.generation(id.get().generation())) != 0) {
                    journal.violation("rule 6", op + " begins in a generation that is not open");
                }
                if (op.kind() == Op.Kind.DELETE && !sealed.contains(id.get().generation())) {
                    journal.violation("rule 6", op + " removes a record of a generation that is not sealed");
                }
                transactions.record(tree, op, id.get());
            }
            case 5 -> TransactionId.tryParse(at[3]).ifPresent(id -> transactions.child(tree, op, id, at[4]));
            default -> {}
        }
    }

    private void announcement(long session, Op op) {
        if (op.kind() != Op.Kind.SET) {
            return;
        }
        onlyLeader(session, op);
        long next = Records.currentGeneration(op.data());
        if (next < announced) {
            journal.violation("rule 6", "/transactions announces generation " + next + " after " + announced);
        }
        announced = next;
    }

    private void generation(InMemoryTree tree, long session, Op op, String name) {
        long number;
        try {
            number = Long.parseLong(name);
        } catch (NumberFormatException e) {
            journal.violation("section 1", op + " is no generation");
            return;
        }
        onlyLeader(session, op);
        switch (op.kind()) {
            case CREATE -> {
                if (!generations.add(number) || number < newestGeneration) {
                    journal.violation("rule 6", "generation " + number + " is used again");
                }
                newestGeneration = Math.max(newestGeneration, number);
            }
            case SET -> {
                if (tree.version(op.path()) != 1 || !sealed.add(number)) {
                    journal.violation("rule 6", op + " leaves version " + tree.version(op.path()));
                }
                coverage.hit(Event.SEALED);
            }
            default -> {
                if (!sealed.contains(number)) {
                    journal.violation("rule 6", op + " removes a generation that is not sealed");
                }
                coverage.hit(Event.GENERATION_GONE);
            }
        }
    }

    @Override
    public void refused(InMemoryTree tree, long session, List<Op> ops, WriteResult result) {
        noteAll(session, result.status() + "@" + result.failedOperation(), ops);
        Op failed = ops.get(result.failedOperation());
        if (failed.path().equals(Paths.EPOCH) && failed.kind() == Op.Kind.CHECK) {
            coverage.hit(Event.DEPOSED_WRITE_REFUSED);
        }
        steps.refused(failed);
        transactions.refused(ops, failed);
    }

    @Override
    public void late(long session) {
        journal.note("session-" + session, "that was", "late");
        coverage.hit(Event.LATE_WRITE);
    }

    @Override
    public void lost(long session) {
        coverage.hit(Event.LOST_REPLY);
    }
}
