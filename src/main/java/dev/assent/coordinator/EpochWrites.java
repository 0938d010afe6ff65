package dev.assent.coordinator;

import dev.assent.store.GroupCommit;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A leader's writes in {@linkplain GroupCommit group commit}, behind one check of the epoch (rule 1). Lives on the loop. */
final class EpochWrites {
    private final Term term;
    private final GroupCommit group;

    EpochWrites(Term term) {
        this.term = term;
        this.group = new GroupCommit(term.loop(), Duration.ZERO, this::send);
    }

    /** Sends {@code ops} as one step, with others; {@code then} is not called if the term ends first. */
    void submit(List<Op> ops, Consumer<WriteResult> then) {
        group.submit(ops, then);
    }

    private void send(List<Op> ops, Consumer<WriteResult> then) {
        if (term.over() || term.draining()) {
            return;
        }
        List<Op> fenced = new ArrayList<>(ops.size() + 1);
        fenced.add(Op.check(Paths.EPOCH, term.epochVersion()));
        fenced.addAll(ops);
        term.write(fenced, result -> {
            if (result.failedOperation() == 0 && result.status() != WriteResult.Status.TOO_LARGE) {
                term.fenced(result);
            } else if (result.failedOperation() > 0) {
                then.accept(WriteResult.failed(result.status(), result.failedOperation() - 1, result.detail()));
            } else {
                then.accept(result);
            }
        });
    }
}
