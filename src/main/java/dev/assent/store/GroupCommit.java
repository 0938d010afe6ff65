package dev.assent.store;

import dev.assent.store.WriteResult.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
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
 * <p>Under load, which shows by a multi that took many writes along, the next one rests as long as that one was on its way,
 * and waits a moment from its first write on: a request costs the servers, and everybody who hears of it, the same whatever
 * it takes along. With little to do nothing rests.
 *
 * <p>Lives on the loop: not thread-safe. Grouping commits is due to Gawlick and Kinkade, "Varieties of Concurrency Control
 * in IMS/VS Fast Path" (1985).
 */
public final class GroupCommit {
    // Far below jute.maxbuffer: a larger multi would only make the next one wait longer.
    private static final int MOST_WRITES = 256;
    private static final int MOST_BYTES = 400_000;
    private static final int MANY_WRITES = 16;
    /** So many do not rest. */
    private static final int ENOUGH_WRITES = 128;

    private static final Duration LONGEST_REST = Duration.ofMillis(15);
    /** What comes together comes one after the other: from the first write of a burst to its last. */
    private static final Duration LONGEST_BURST = Duration.ofMillis(2);

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

    /** A submission in the queue; nobody waits for one that is not urgent. */
    private record Queued(Submission submission, boolean urgent) {}

    private record Write(Queued queued, List<Op> operations) {
        int bytes() {
            int bytes = 0;
            for (Op op : operations) {
                // Near enough: whoever sends it bounds what it really takes.
                bytes += op.data().length + op.path().length() + Op.OVERHEAD_BYTES;
            }
            return bytes;
        }
    }

    /**
     * Where a write has an operation of the multi.
     *
     * @param independent no write before it in the group has a part in what this operation, and those before it in its own
     *     write, find
     */
    private record Owner(int write, int index, boolean independent) {}

    /** A check of a node at {@code version}, which stands at {@code place} in the multi, and those of other versions. */
    private record Checks(int version, int place, Checks others) {}

    /** What a group does with one node. */
    private static final class Touched {
        private static final int NOBODY = Integer.MAX_VALUE;

        /** The first write that changes the node. */
        private int changer = NOBODY;
        /** The first write that changes a child of the node. */
        private int childChanger = NOBODY;
        /** Those made before the node changes. */
        private Checks checks;

        /** The place of {@code op} in the multi: {@code next}, or that of the same check where it can stand for it. */
        int place(Op op, int write, int next) {
            if (op.kind() != Op.Kind.CHECK) {
                changer = Math.min(changer, write);
                return next;
            }
            if (changer != NOBODY) {
                return next;
            }
            for (Checks same = checks; same != null; same = same.others()) {
                if (same.version() == op.version()) {
                    return same.place();
                }
            }
            checks = new Checks(op.version(), next, checks);
            return next;
        }
    }

    /** All that a group touches, by path. */
    private static final class Nodes {
        private final Map<String, Touched> byPath = new HashMap<>();

        Touched at(String path) {
            return byPath.computeIfAbsent(path, unknown -> new Touched());
        }

        /** Whether a write before {@code write} has a part in what its {@code op} finds. */
        boolean dependent(Op op, int write) {
            Touched node = at(op.path());
            return node.changer < write
                    || (op.kind() == Op.Kind.DELETE && node.childChanger < write)
                    || (op.kind() != Op.Kind.CHECK && at(Paths.parent(op.path())).changer < write);
        }

        /** Remembers what {@code op} changes of the parent's children. */
        void below(Op op, int write) {
            if (op.kind() != Op.Kind.CHECK) {
                Touched parent = at(Paths.parent(op.path()));
                parent.childChanger = Math.min(parent.childChanger, write);
            }
        }
    }

    private final Loop loop;
    private final Target target;
    private final Duration patience;
    private final Deque<Queued> waiting = new ArrayDeque<>();
    private final Deque<Submission> lazy = new ArrayDeque<>();
    private Loop.Timer lazyTimer;
    private boolean busy;
    private long sentNanos;
    private Loop.Timer rest;
    /** How long the last multi was on its way, if it took many writes along; else zero. */
    private Duration load = Duration.ZERO;
    /** Whether the first write that waits has waited for others. */
    private boolean gathered;
    /** The most writes of the next multi. */
    private int most = MOST_WRITES;

    /**
     * @param patience how long a lazy write stays back for others to go with
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
        waiting.add(new Queued(submission, true));
        pump();
    }

    /**
     * As {@link #submit}, for what nobody waits for. Such writes stay back, so that they do not go in small pieces: once the
     * oldest of them has waited its patience, or there are as many as one multi takes, all of them take their turn behind
     * what waits by then.
     */
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

    /** From now on the lazy ones are like all others: nothing that is submitted later goes before them. */
    private void hurry() {
        if (lazyTimer != null) {
            lazyTimer.cancel();
            lazyTimer = null;
        }
        lazy.forEach(submission -> waiting.add(new Queued(submission, false)));
        lazy.clear();
        pump();
    }

    private void pump() {
        if (busy || waiting.isEmpty()) {
            return;
        }
        if (waiting.size() < ENOUGH_WRITES) {
            if (rest == null && !gathered) {
                gathered = true;
                rest(LONGEST_BURST);
            }
            if (rest != null) {
                return;
            }
        }
        busy = true;
        gathered = false;
        endRest();
        // In a turn of its own: what this turn submits goes together.
        loop.execute(this::send);
    }

    /** Rests as long as the last multi of many took, and no longer than {@code longest}. */
    private void rest(Duration longest) {
        if (!load.isZero()) {
            rest = loop.schedule(load.compareTo(longest) < 0 ? load : longest, () -> {
                rest = null;
                gathered |= !waiting.isEmpty();
                pump();
            });
        }
    }

    private void endRest() {
        if (rest != null) {
            rest.cancel();
            rest = null;
        }
    }

    private void send() {
        List<Write> group = take();
        most = MOST_WRITES;
        if (group.isEmpty()) {
            busy = false;
            return;
        }
        List<Op> sent = merge(group);
        int operations = sent.size();
        sentNanos = loop.nanoTime();
        target.send(sent, result -> answered(group, operations, result));
    }

    private List<Write> take() {
        List<Write> group = new ArrayList<>();
        int bytes = 0;
        while (!waiting.isEmpty() && group.size() < most) {
            Queued next = waiting.peek();
            Write write = new Write(next, List.copyOf(next.submission().compose()));
            bytes += write.bytes();
            if (bytes > MOST_BYTES && !group.isEmpty()) {
                break;
            }
            waiting.remove();
            if (!write.operations().isEmpty()) {
                group.add(write);
            }
        }
        return group;
    }

    /** The operations in order; a check that several writes ask for goes once while no write of the group changes its node. */
    private static List<Op> merge(List<Write> group) {
        List<Op> sent = new ArrayList<>();
        Nodes nodes = new Nodes();
        for (int write = 0; write < group.size(); write++) {
            for (Op op : group.get(write).operations()) {
                if (nodes.at(op.path()).place(op, write, sent.size()) == sent.size()) {
                    sent.add(op);
                }
            }
        }
        return sent;
    }

    /** Each write that asked for the operation at {@code place} of the {@linkplain #merge merged} multi. */
    private static List<Owner> owners(List<Write> group, int place) {
        List<Owner> owners = new ArrayList<>();
        Nodes nodes = new Nodes();
        int sent = 0;
        for (int write = 0; write < group.size(); write++) {
            List<Op> operations = group.get(write).operations();
            boolean independent = true;
            for (int index = 0; index < operations.size(); index++) {
                Op op = operations.get(index);
                independent &= !nodes.dependent(op, write);
                nodes.below(op, write);
                int at = nodes.at(op.path()).place(op, write, sent);
                if (at == sent) {
                    sent++;
                }
                if (at == place) {
                    owners.add(new Owner(write, index, independent));
                }
            }
        }
        return owners;
    }

    private void answered(List<Write> group, int operations, WriteResult result) {
        if (result.ok() || result.status() == Status.LOST) {
            group.forEach(write -> tell(write, result));
        } else if (result.failedOperation() < 0 || result.failedOperation() >= operations) {
            // Too large together, or a failure that names nobody.
            if (group.size() == 1) {
                tell(group.get(0), result);
            } else {
                again(group, Set.of());
                most = group.size() / 2;
            }
        } else {
            singleOut(group, owners(group, result.failedOperation()), result);
        }
        busy = false;
        boolean many = result.ok()
                && group.stream().filter(write -> write.queued().urgent()).count() >= MANY_WRITES;
        load = many ? Duration.ofNanos(loop.nanoTime() - sentNanos) : Duration.ZERO;
        rest(LONGEST_REST);
        pump();
    }

    private void singleOut(List<Write> group, List<Owner> owners, WriteResult result) {
        Set<Write> ended = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Owner owner : owners) {
            // A check that stands for several was made before what comes before it in the later ones.
            boolean first = owner.equals(owners.get(0)) || owner.index() == 0;
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
            most = owners.get(0).write();
        }
    }

    private void again(List<Write> group, Set<Write> except) {
        for (int i = group.size() - 1; i >= 0; i--) {
            if (!except.contains(group.get(i))) {
                waiting.addFirst(group.get(i).queued());
            }
        }
    }

    /** A defect in one of those who are told harms no other (rule 12); the loop reports it. */
    private void tell(Write write, WriteResult result) {
        try {
            write.queued().submission().answered(result);
        } catch (RuntimeException e) {
            loop.execute(() -> {
                throw e;
            });
        }
    }
}
