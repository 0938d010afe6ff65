package dev.assent.coordinator;

import dev.assent.protocol.Coordination;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Backoff;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.WriteResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Removes finished transactions, many in one multi: the check of the epoch, everything of each transaction at the versions
 * that were read, and their history entries, together (rule 4). A transaction that fails is read again, the others go again.
 * Lives on the loop.
 */
final class Collector {
    private static final int MAX_BYTES = 400_000;
    /** Nobody waits for it: what shares znodes goes together, where it ends within this time. */
    private static final Duration PATIENCE = Duration.ofMillis(50);

    private record Item(Pending pending, List<Op> ops) {
        int bytes() {
            return ops.stream().mapToInt(Op::estimatedBytes).sum();
        }
    }

    private final Term term;
    private final Context context;
    private final Backoff pauses;
    private final TreeMap<Long, Deque<Item>> waiting = new TreeMap<>();
    private boolean busy;
    /** Whether what waits has waited long enough. */
    private boolean due;

    private boolean armed;
    /** The generation whose turn was last: one that cannot be collected takes no turn of the others (rule 12). */
    private long last;

    private int most;

    Collector(Term term, Context context) {
        this.term = term;
        this.context = context;
        this.pauses = context.backoff();
        this.most = context.config().collectionBatch();
    }

    /** Takes a transaction whose machine says that it may go. */
    void add(Pending p) {
        List<String> names = Decider.mayHaveInboxEntry(p.view);
        List<String> leftover = new ArrayList<>();
        int[] missing = {names.size()};
        if (names.isEmpty()) {
            enqueue(p, leftover);
        }
        for (String name : names) {
            term.reads()
                    .node(
                            Paths.inboxEntry(name, p.id),
                            node -> {
                                if (node.isPresent()) {
                                    leftover.add(name);
                                }
                                if (--missing[0] == 0) {
                                    enqueue(p, leftover.stream().sorted().toList());
                                }
                            },
                            failure -> {
                                if (missing[0] > 0) {
                                    missing[0] = -1;
                                    term.book().written(p, Coordination.Event.COLLECTION_UNSURE);
                                }
                            });
        }
    }

    private void enqueue(Pending p, List<String> leftover) {
        List<Op> ops = new ArrayList<>(Decider.remove(p.view, leftover));
        History.heuristic(p.view).ifPresent(ops::add);
        waiting.computeIfAbsent(p.id.generation(), g -> new ArrayDeque<>()).add(new Item(p, ops));
        // In a turn of its own: what is added together goes together.
        term.loop().execute(() -> term.guard(this::pump));
    }

    private void pump() {
        if (busy || waiting.isEmpty() || term.over() || term.draining()) {
            return;
        }
        if (!due
                && waiting.values().stream().mapToInt(Deque::size).sum()
                        < context.config().collectionBatch()) {
            arm();
            return;
        }
        busy = true;
        Long next = waiting.higherKey(last);
        long generation = next == null ? waiting.firstKey() : next;
        last = generation;
        term.history().prepare(generation, () -> send(generation), this::pause);
    }

    private void arm() {
        if (!armed) {
            armed = true;
            term.later(PATIENCE, () -> {
                armed = false;
                due = !waiting.isEmpty();
                pump();
            });
        }
    }

    private void pause() {
        term.later(pauses.next(), () -> {
            busy = false;
            pump();
        });
    }

    private void send(long generation) {
        if (term.draining()) {
            return;
        }
        Deque<Item> queue = waiting.get(generation);
        List<Item> batch = new ArrayList<>();
        Map<TransactionId, OutcomeState> outcomes = new LinkedHashMap<>();
        List<Op> ops = new ArrayList<>();
        ops.add(Op.check(Paths.EPOCH, term.epochVersion()));
        int bytes = 0;
        while (!queue.isEmpty() && batch.size() < most) {
            bytes += queue.peek().bytes();
            if (bytes > MAX_BYTES && !batch.isEmpty()) {
                break;
            }
            Item item = queue.remove();
            batch.add(item);
            ops.addAll(item.ops());
            outcomes.put(item.pending().id, History.outcome(item.pending().view));
        }
        if (queue.isEmpty()) {
            waiting.remove(generation);
            due &= !waiting.isEmpty();
        }
        ops.add(term.history().add(generation, outcomes));
        most = context.config().collectionBatch();
        term.write(ops, result -> answered(generation, batch, outcomes, result));
    }

    private void answered(
            long generation, List<Item> batch, Map<TransactionId, OutcomeState> outcomes, WriteResult result) {
        if (result.ok()) {
            pauses.reset();
            term.history().added(generation, outcomes);
            context.counters().collected += batch.size();
            batch.forEach(item -> term.book().written(item.pending(), Coordination.Event.COLLECTION_WRITTEN));
        } else if (result.failedOperation() == 0 && result.status() != WriteResult.Status.TOO_LARGE) {
            term.fenced(result);
            return;
        } else {
            context.counters().unsure++;
            term.history().unsure(generation);
            singleOut(generation, batch, result);
            if (result.status() == WriteResult.Status.LOST || failed(batch, result) < 0) {
                pause();
                return;
            }
        }
        busy = false;
        pump();
    }

    private void singleOut(long generation, List<Item> batch, WriteResult result) {
        int failed = failed(batch, result);
        boolean all = result.status() == WriteResult.Status.LOST;
        if (failed < 0 && !all) {
            // Too large together, or the history's own operation: alone next time, behind a new reading of the page.
            most = 1;
        }
        List<Item> again = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            if (all || i == failed) {
                report(batch.get(i).pending(), result);
                term.book().written(batch.get(i).pending(), Coordination.Event.COLLECTION_UNSURE);
            } else {
                again.add(batch.get(i));
            }
        }
        if (!again.isEmpty()) {
            Deque<Item> queue = waiting.computeIfAbsent(generation, g -> new ArrayDeque<>());
            for (int i = again.size() - 1; i >= 0; i--) {
                queue.addFirst(again.get(i));
            }
        }
    }

    private void report(Pending p, WriteResult result) {
        // One refusal is a race with a participant; a second one needs an operator's eyes.
        if (p.failures > 1 && result.certainlyNotDone()) {
            context.reporter().steppedOver(Paths.record(p.id), "cannot be collected: " + result.detail());
        }
    }

    private static int failed(List<Item> batch, WriteResult result) {
        if (batch.size() == 1 && result.status() == WriteResult.Status.TOO_LARGE) {
            return 0;
        }
        int end = 1;
        for (int i = 0; i < batch.size(); i++) {
            end += batch.get(i).ops().size();
            if (result.failedOperation() >= 1 && result.failedOperation() < end) {
                return i;
            }
        }
        return -1;
    }
}
