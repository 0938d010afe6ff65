package dev.assent.simulation;

import dev.assent.simulation.Coverage.Event;
import dev.assent.store.ForwardingSession;
import dev.assent.store.ForwardingStore;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.UnpackedTree;
import dev.assent.store.WriteResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Holds the layer that packs transactions against what it is for: each multi of a role takes effect in one step, as it
 * would on nodes that are not shared, or is refused for what holds at some time between call and answer; and nothing else
 * ever happens to a shared znode.
 */
final class StepChecker {
    /** A role's multi, from its call on; one whose answer was lost may still come. */
    private static final class Call {
        final List<Op> ops;
        final List<String> effect;
        /** What it would have been refused for, at any time since it was called. */
        final Set<String> refusals = new LinkedHashSet<>();

        boolean lost;
        /** It is about a znode that nobody could read at some time. */
        boolean tampered;

        Call(List<Op> ops) {
            this.ops = ops;
            this.effect = effect(ops);
        }
    }

    /** The calls of one session that would have the same effect: nobody can tell which of them had it. */
    private static final class Alike {
        /** Those without an answer. */
        final List<Call> calls = new ArrayList<>();

        /** Those that no answer told of. */
        int effects;
    }

    private final Journal journal;
    private final Coverage coverage;
    private final UnpackedTree tree;
    private final Map<Long, Map<List<String>, Alike>> sessions = new LinkedHashMap<>();
    private final List<Alike> possible = new ArrayList<>();
    private boolean anything;

    StepChecker(Journal journal, Coverage coverage, UnpackedTree tree) {
        this.journal = journal;
        this.coverage = coverage;
        this.tree = tree;
    }

    /** Stands between a role and the layer. */
    Store watch(Store packed) {
        return new ForwardingStore(packed) {
            @Override
            protected Session wrap(Session session) {
                return new ForwardingSession(session) {
                    @Override
                    public CompletableFuture<WriteResult> write(List<Op> operations) {
                        List<Op> ops = List.copyOf(operations);
                        if (ops.stream().noneMatch(op -> UnpackedTree.isPacked(op.path()))) {
                            return real.write(ops);
                        }
                        Call call = new Call(ops);
                        Alike alike = sessions.computeIfAbsent(id(), session -> new LinkedHashMap<>())
                                .computeIfAbsent(call.effect, effect -> new Alike());
                        alike.calls.add(call);
                        look(call);
                        return real.write(ops).whenComplete((result, failure) -> answered(alike, call, result));
                    }
                };
            }
        };
    }

    /** What it leaves behind, in no order. */
    private static List<String> effect(List<Op> ops) {
        return ops.stream()
                .filter(op -> op.kind() != Op.Kind.CHECK)
                .map(op -> op.kind() + " " + op.path() + " " + Arrays.hashCode(op.data()))
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    private void look(Call call) {
        call.tampered |= tree.unreadable(call.ops);
        if (!call.tampered) {
            WriteResult now = tree.outcome(call.ops);
            call.refusals.add(now.status() + "@" + now.failedOperation());
        }
    }

    /** A multi is about to be committed or refused. */
    void before(long session) {
        possible.clear();
        anything = false;
        for (Alike alike : sessions.getOrDefault(session, Map.of()).values()) {
            for (Call call : alike.calls) {
                anything |= tree.unreadable(call.ops);
                if (tree.outcome(call.ops).ok()) {
                    possible.add(alike);
                    break;
                }
            }
        }
    }

    /** A multi was committed, and did this to the nodes that roles see. */
    void committed(List<Op> znodes, List<Op> seen) {
        if (znodes.stream().anyMatch(op -> UnpackedTree.isPacked(op.path()) && op.kind() != Op.Kind.CHECK)) {
            coverage.hit(Event.PACKED);
            List<String> effect = effect(seen);
            boolean asked = anything;
            for (Alike alike : possible) {
                if (alike.calls.get(0).effect.equals(effect)) {
                    alike.effects++;
                    asked = true;
                }
            }
            if (!asked) {
                journal.violation("packing", "what nobody asked for in one step: " + seen);
            }
        }
        Set<String> changed = new LinkedHashSet<>();
        seen.forEach(op -> changed.add(op.path()));
        for (Map<List<String>, Alike> of : sessions.values()) {
            for (Alike alike : of.values()) {
                for (Call call : alike.calls) {
                    if (!call.lost && call.ops.stream().anyMatch(op -> changed.contains(op.path()))) {
                        look(call);
                    }
                }
            }
        }
    }

    /** The layer's own multi was refused by the servers. */
    void refused(Op failed) {
        if (UnpackedTree.isPacked(failed.path())) {
            coverage.hit(Event.PACKED_CONFLICT);
        }
    }

    private void answered(Alike alike, Call call, WriteResult result) {
        if (result.status() == WriteResult.Status.LOST) {
            call.lost = true;
            return;
        }
        alike.calls.remove(call);
        if (tree.unreadable(call.ops) || call.tampered) {
            return;
        }
        String answer = result.status() + "@" + result.failedOperation();
        if (result.ok() && !call.effect.isEmpty()) {
            alike.effects--;
        }
        if (alike.effects < 0 || alike.effects > alike.calls.size()) {
            journal.violation(
                    "packing",
                    "answered " + answer + " and took effect " + alike.effects + " times beside: " + call.ops);
        } else if (!result.ok() && !call.refusals.contains(answer)) {
            journal.violation(
                    "packing", "answered " + answer + ", which was never so, but " + call.refusals + ": " + call.ops);
        }
    }
}
