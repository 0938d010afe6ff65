package dev.assent.coordinator;

import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.WriteResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * A leader's writes in group commit (section 3): whatever waits goes as one multi as soon as the one before is answered,
 * behind one check of the epoch (rule 1). The first failing operation names the write that failed: that one is answered,
 * the others go again. Lives on the loop.
 */
final class EpochWrites {
    // Far below jute.maxbuffer: a larger multi would only make the next one wait longer.
    private static final int MAX_WRITES = 100;
    private static final int MAX_BYTES = 400_000;

    private record Write(List<Op> ops, Consumer<WriteResult> then) {
        int bytes() {
            return ops.stream().mapToInt(Op::estimatedBytes).sum();
        }
    }

    private final Term term;
    private final Deque<Write> waiting = new ArrayDeque<>();
    private boolean inFlight;
    private int alone;

    EpochWrites(Term term) {
        this.term = term;
    }

    /** Sends {@code ops} as one step, with others; {@code then} is not called if the term ends first. */
    void submit(List<Op> ops, Consumer<WriteResult> then) {
        waiting.add(new Write(List.copyOf(ops), then));
        pump();
    }

    private void pump() {
        if (inFlight || waiting.isEmpty() || term.over() || term.draining()) {
            return;
        }
        List<Write> group = new ArrayList<>();
        List<Op> ops = new ArrayList<>();
        ops.add(Op.check(Paths.EPOCH, term.epochVersion()));
        int bytes = 0;
        int most = alone > 0 ? 1 : MAX_WRITES;
        alone = Math.max(0, alone - 1);
        while (!waiting.isEmpty() && group.size() < most) {
            bytes += waiting.peek().bytes();
            if (bytes > MAX_BYTES && !group.isEmpty()) {
                break;
            }
            Write write = waiting.remove();
            group.add(write);
            ops.addAll(write.ops());
        }
        inFlight = true;
        term.write(ops, result -> answered(group, result));
    }

    private void answered(List<Write> group, WriteResult result) {
        inFlight = false;
        if (result.ok() || result.status() == WriteResult.Status.LOST) {
            group.forEach(write -> write.then().accept(result));
        } else if (result.failedOperation() == 0 && result.status() != WriteResult.Status.TOO_LARGE) {
            term.fenced(result);
            return;
        } else {
            singleOut(group, result);
        }
        pump();
    }

    private void singleOut(List<Write> group, WriteResult result) {
        int failed = group.size() == 1 ? 0 : failedWrite(group, result.failedOperation());
        for (int i = group.size() - 1; i >= 0; i--) {
            if (i != failed) {
                waiting.addFirst(group.get(i));
            }
        }
        if (failed < 0) {
            // Too large together, or a failure that names nobody: each one alone shows whose it is.
            alone = group.size();
            return;
        }
        Write write = group.get(failed);
        int before = 1
                + group.subList(0, failed).stream()
                        .mapToInt(w -> w.ops().size())
                        .sum();
        write.then().accept(WriteResult.failed(result.status(), result.failedOperation() - before, result.detail()));
    }

    private static int failedWrite(List<Write> group, int operation) {
        int end = 1;
        for (int i = 0; i < group.size(); i++) {
            end += group.get(i).ops().size();
            if (operation >= 1 && operation < end) {
                return i;
            }
        }
        return -1;
    }
}
