package dev.assent.store;

import dev.assent.store.WriteResult.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Group commit (section 3): one multi is on its way at a time, and whatever was submitted meanwhile goes together in the
 * next one, as soon as the answer is there; what is submitted while nothing is on its way goes at once. Each write gets the
 * answer that it would have got in a multi of its own at its place in the order of submission: where the first operation
 * that failed could have failed because of another write in the same multi, the multi is cut before it and sent again, so
 * one bad write never spoils the others (rule 12). A multi whose answer is lost is lost for each of them: it happened for
 * all, for none, or will still happen for all.
 *
 * <p>Lives on the loop: not thread-safe. Grouping commits is due to Gawlick and Kinkade, "Varieties of Concurrency Control
 * in IMS/VS Fast Path" (1985).
 */
public final class GroupCommit {
    // Far below jute.maxbuffer: a larger multi would only make the next one wait longer.
    private static final int MOST_WRITES = 100;
    private static final int MOST_BYTES = 400_000;

    /** Where the multis go. Answers once, on the loop; or never, where nobody waits any more. */
    @FunctionalInterface
    public interface Target {
        void send(List<Op> operations, Consumer<WriteResult> then);
    }

    /** Something that is to be written, and is put together only when it is sent: it may take along what came meanwhile. */
    public interface Submission {
        /**
         * What to send now, perhaps not for the first time: what was composed last is what the answer is about. Nothing
         * where there is nothing to be written any more; then no answer comes.
         */
        List<Op> compose();

        /** What became of it. */
        void answered(WriteResult result);
    }

    private record Write(Submission submission, List<Op> operations) {
        int bytes() {
            return operations.stream().mapToInt(Op::estimatedBytes).sum();
        }
    }

    private record Check(String path, int version) {}

    /** An operation of a multi with each write that asked for it. */
    private record Sent(Op op, List<Owner> owners) {}

    /**
     * Where a write has an operation.
     *
     * @param independent no write before it in the group has a part in what this operation, and those before it in its own
     *     write, find
     */
    private record Owner(int write, int index, boolean independent) {}

    /** What some writes change. */
    private static final class Changes {
        private final Set<String> paths = new HashSet<>();
        private final Set<String> parents = new HashSet<>();

        void add(Op op) {
            if (op.kind() != Op.Kind.CHECK) {
                paths.add(op.path());
                parents.add(Paths.parent(op.path()));
            }
        }

        boolean matterTo(Op op) {
            return paths.contains(op.path())
                    || (op.kind() == Op.Kind.DELETE && parents.contains(op.path()))
                    || (op.kind() != Op.Kind.CHECK && paths.contains(Paths.parent(op.path())));
        }
    }

    private final Loop loop;
    private final Target target;
    private final Duration patience;
    private final Deque<Submission> waiting = new ArrayDeque<>();
    private final Deque<Submission> lazy = new ArrayDeque<>();
    private Loop.Timer lazyTimer;
    private boolean busy;
    /** The most writes of the next multi. */
    private int most = MOST_WRITES;

    /**
     * @param patience how long a lazy write may wait for others to go with
     */
    public GroupCommit(Loop loop, Duration patience, Target target) {
        this.loop = loop;
        this.patience = patience;
        this.target = target;
    }

    /** Sends {@code operations} as one step; {@code then} is told what became of it. */
    public void submit(List<Op> operations, Consumer<WriteResult> then) {
        submit(fixed(operations, then));
    }

    /** Sends what {@code submission} has to say by then, as one step. */
    public void submit(Submission submission) {
        waiting.add(submission);
        pump();
    }

    /** As {@link #submit}, for what nobody waits for: goes with the next multi that has room, or when its patience ends. */
    public void submitLazily(List<Op> operations, Consumer<WriteResult> then) {
        submitLazily(fixed(operations, then));
    }

    /** As {@link #submitLazily(List, Consumer)}. */
    public void submitLazily(Submission submission) {
        lazy.add(submission);
        if (lazy.size() >= MOST_WRITES) {
            hurry();
        } else if (lazyTimer == null) {
            lazyTimer = loop.schedule(patience, this::hurry);
        }
    }

    private static Submission fixed(List<Op> operations, Consumer<WriteResult> then) {
        List<Op> own = List.copyOf(operations);
        return new Submission() {
            @Override
            public List<Op> compose() {
                return own;
            }

            @Override
            public void answered(WriteResult result) {
                then.accept(result);
            }
        };
    }

    private void hurry() {
        stopTimer();
        waiting.addAll(lazy);
        lazy.clear();
        pump();
    }

    private void stopTimer() {
        if (lazyTimer != null) {
            lazyTimer.cancel();
            lazyTimer = null;
        }
    }

    private void pump() {
        if (!busy && !waiting.isEmpty()) {
            busy = true;
            // In a turn of its own: what this turn submits goes together.
            loop.execute(this::send);
        }
    }

    private void send() {
        List<Write> group = new ArrayList<>();
        int bytes = take(waiting, group, 0);
        if (waiting.isEmpty() && most == MOST_WRITES) {
            take(lazy, group, bytes);
            if (lazy.isEmpty()) {
                stopTimer();
            }
        }
        most = MOST_WRITES;
        if (group.isEmpty()) {
            busy = false;
            return;
        }
        List<Sent> sent = merge(group);
        target.send(sent.stream().map(Sent::op).toList(), result -> answered(group, sent, result));
    }

    private int take(Deque<Submission> from, List<Write> group, int bytesBefore) {
        int bytes = bytesBefore;
        while (!from.isEmpty() && group.size() < most) {
            Write write = new Write(from.peek(), List.copyOf(from.peek().compose()));
            bytes += write.bytes();
            if (bytes > MOST_BYTES && !group.isEmpty()) {
                break;
            }
            from.remove();
            if (!write.operations().isEmpty()) {
                group.add(write);
            }
        }
        return bytes;
    }

    /** The operations in order; a check that several writes ask for goes once while no write of the group changes its node. */
    private static List<Sent> merge(List<Write> group) {
        List<Sent> sent = new ArrayList<>();
        Map<Check, Sent> checks = new HashMap<>();
        Changes before = new Changes();
        Changes now = new Changes();
        for (int write = 0; write < group.size(); write++) {
            List<Op> operations = group.get(write).operations();
            boolean independent = true;
            for (int index = 0; index < operations.size(); index++) {
                Op op = operations.get(index);
                independent &= !before.matterTo(op);
                boolean untouched = op.kind() == Op.Kind.CHECK && !now.matterTo(op);
                Sent same = untouched ? checks.get(new Check(op.path(), op.version())) : null;
                if (same == null) {
                    same = new Sent(op, new ArrayList<>());
                    sent.add(same);
                    if (untouched) {
                        checks.put(new Check(op.path(), op.version()), same);
                    }
                }
                same.owners().add(new Owner(write, index, independent));
                now.add(op);
            }
            operations.forEach(before::add);
        }
        return sent;
    }

    private void answered(List<Write> group, List<Sent> sent, WriteResult result) {
        if (result.ok() || result.status() == Status.LOST) {
            group.forEach(write -> tell(write, result));
        } else if (result.failedOperation() < 0 || result.failedOperation() >= sent.size()) {
            // Too large together, or a failure that names nobody.
            if (group.size() == 1) {
                tell(group.get(0), result);
            } else {
                again(group, Set.of());
                most = group.size() / 2;
            }
        } else {
            singleOut(group, sent.get(result.failedOperation()), result);
        }
        busy = false;
        pump();
    }

    private void singleOut(List<Write> group, Sent failed, WriteResult result) {
        Set<Write> ended = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Owner owner : failed.owners()) {
            // A check that stands for several was made before what comes before it in the later ones.
            boolean first = owner.equals(failed.owners().get(0)) || owner.index() == 0;
            if (owner.independent() && first) {
                Write write = group.get(owner.write());
                if (ended.add(write)) {
                    tell(write, WriteResult.failed(result.status(), owner.index(), result.detail()));
                }
            }
        }
        again(group, ended);
        if (ended.isEmpty()) {
            // Perhaps because of a write before it: those go first, and then it leads a multi.
            most = failed.owners().get(0).write();
        }
    }

    private void again(List<Write> group, Set<Write> except) {
        for (int i = group.size() - 1; i >= 0; i--) {
            if (!except.contains(group.get(i))) {
                waiting.addFirst(group.get(i).submission());
            }
        }
    }

    /** A defect in one of those who are told harms no other (rule 12); the loop reports it. */
    private void tell(Write write, WriteResult result) {
        try {
            write.submission().answered(result);
        } catch (RuntimeException e) {
            loop.execute(() -> {
                throw e;
            });
        }
    }
}
