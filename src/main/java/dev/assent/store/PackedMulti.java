package dev.assent.store;

import dev.assent.store.WriteResult.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A multi on the nodes of transactions that share znodes, as a multi on those znodes: it evaluates the operations in order
 * on what is known of each shared znode, and sets each one that changes, checks each one that does not, at the version
 * that is known. So what it says holds in the one step in which it is written, or the write is refused and is put
 * together anew behind a new reading. Used for one attempt.
 */
final class PackedMulti {
    /** No node is set that often: at the end of a multi it undoes what the others did. */
    private static final Op ALWAYS_REFUSED = Op.check(Paths.ROOT, Integer.MAX_VALUE);

    /** What is known and becomes of one shared znode. */
    private static final class Work {
        final SharedNode base;
        final String parent;
        final int first;
        private final Shared.Draft draft;
        private Shared after;
        boolean changed;

        Work(String path, SharedNode base, int first) {
            this.base = base;
            this.parent = Paths.parent(path);
            this.first = first;
            this.draft = base.content().orElse(Shared.EMPTY).draft();
        }

        Optional<Shared.Member> member(int place) {
            return draft.member(place);
        }

        void put(int place, Shared.Member member) {
            draft.put(place, member);
            changed = true;
        }

        void remove(int place) {
            draft.remove(place);
            changed = true;
        }

        /** What it holds once all operations were applied. */
        Shared after() {
            if (after == null) {
                after = draft.content();
            }
            return after;
        }
    }

    /**
     * What this multi is refused for, if everything known is still so.
     *
     * @param evidence the shared znode by which it is
     */
    record Refusal(WriteResult result, String evidence) {}

    /**
     * An operation that is sent.
     *
     * @param index the first of the caller's operations that it stands for
     * @param shared the shared znode that it is about
     */
    private record Sent(Op op, int index, Optional<String> shared) {}

    /**
     * One of the caller's operations.
     *
     * @param at where its node is; nothing where it is a znode of its own
     */
    record Located(Op op, Optional<SharedPath> at) {
        static List<Located> all(List<Op> operations) {
            List<Located> located = new ArrayList<>(operations.size());
            operations.forEach(op -> located.add(new Located(op, SharedPath.of(op.path()))));
            return located;
        }
    }

    /** What is sent at once. */
    record Plan(List<Op> ops, List<Sent> stand) {
        /** The shared znode that operation {@code index} is about. */
        Optional<String> sharedAt(int index) {
            return index >= 0 && index < stand.size() ? stand.get(index).shared() : Optional.empty();
        }

        /** Whether it failed for want of a directory, which no reading of the shared znode would show. */
        boolean lacksDirectory(WriteResult result) {
            if (result.status() != Status.NO_NODE) {
                return false;
            }
            Op failed = ops.get(result.failedOperation());
            return failed.kind() == Op.Kind.CREATE && !SharedPath.isShared(Paths.parent(failed.path()));
        }

        /** The caller's operation that operation {@code index} stands for. */
        int indexOf(int index) {
            return index >= 0 && index < stand.size() ? stand.get(index).index() : -1;
        }
    }

    private final List<Located> operations;
    private final Map<String, SharedNode> known;
    private final Map<String, Work> works = new LinkedHashMap<>();
    private final List<Sent> plan = new ArrayList<>();
    private final Set<String> wanted = new LinkedHashSet<>();
    private Optional<Refusal> refusal = Optional.empty();

    /**
     * @param known each znode of {@link #shared}; one of them that is missing is taken for absent
     */
    PackedMulti(List<Located> operations, Map<String, SharedNode> known) {
        this.operations = operations;
        this.known = known;
        for (int i = 0; i < operations.size() && refusal.isEmpty(); i++) {
            apply(operations.get(i).op(), operations.get(i).at(), i);
        }
        if (refusal.isEmpty()) {
            settleInboxes();
        }
    }

    /** The shared znodes that {@code operations} are about, each with whether it can be expected not to exist yet. */
    static Map<String, Boolean> shared(List<Located> operations) {
        Map<String, Boolean> found = new LinkedHashMap<>();
        for (Located each : operations) {
            if (each.at().isPresent()) {
                String znode = each.at().get().znode();
                boolean create = each.op().kind() == Op.Kind.CREATE;
                String parent = create ? Paths.parent(znode) : "";
                if (create && SharedPath.isShared(parent)) {
                    // A slot comes with its record, or under one that is there.
                    found.putIfAbsent(parent, false);
                }
                found.putIfAbsent(znode, create);
            }
        }
        return found;
    }

    /** The index of the first operation that is about {@code znode}, or about a node below it. */
    static int firstAbout(List<Located> operations, String znode) {
        int index = 0;
        while (index < operations.size()
                && !shared(operations.subList(index, index + 1)).containsKey(znode)) {
            index++;
        }
        return index;
    }

    private void apply(Op op, Optional<SharedPath> at, int index) {
        if (at.isEmpty()) {
            plan.add(new Sent(op, index, Optional.empty()));
            return;
        }
        String path = at.get().znode();
        if (op.kind() == Op.Kind.CREATE) {
            requireParent(at.get(), index);
        }
        Work work = touch(path, index);
        if (refusal.isPresent()) {
            return;
        }
        if (work.base.unreadable()) {
            unreadable(op, work, path, index);
            return;
        }
        int place = at.get().place();
        Optional<Shared.Member> member = work.member(place);
        if (op.kind() == Op.Kind.CREATE_EPHEMERAL || !Shared.holds(op.data())) {
            refuse(index, Status.REFUSED, path, op + ": a shared node holds JSON objects alone");
        } else if (op.kind() == Op.Kind.CREATE) {
            if (member.isPresent()) {
                refuse(index, Status.NODE_EXISTS, path, op.toString());
            } else {
                work.put(place, new Shared.Member(0, op.data()));
            }
        } else if (member.isEmpty()) {
            refuse(index, Status.NO_NODE, path, op.toString());
        } else if (op.version() != Op.ANY_VERSION
                && op.version() != member.get().version()) {
            refuse(
                    index,
                    Status.BAD_VERSION,
                    path,
                    op + ": its version is " + member.get().version());
        } else if (op.kind() == Op.Kind.SET) {
            work.put(place, new Shared.Member(member.get().version() + 1, op.data()));
        } else if (op.kind() == Op.Kind.DELETE) {
            delete(at.get(), op, work, index);
        }
    }

    private Work touch(String path, int index) {
        return works.computeIfAbsent(path, key -> {
            // Its operation takes this place in the plan once it is known which one it is.
            plan.add(new Sent(Op.exists(path), index, Optional.of(path)));
            return new Work(path, known.getOrDefault(path, SharedNode.ABSENT), index);
        });
    }

    private void requireParent(SharedPath at, int index) {
        String parent = Paths.parent(at.znode());
        if (SharedPath.isShared(parent)) {
            Work record = touch(parent, index);
            if (!record.base.unreadable() && record.member(at.place()).isEmpty()) {
                refuse(index, Status.NO_NODE, parent, "CREATE below a record that is not there: " + at.znode());
            }
        }
    }

    private void delete(SharedPath at, Op op, Work work, int index) {
        for (Map.Entry<String, Work> other : works.entrySet()) {
            if (other.getValue().parent.equals(at.znode())
                    && other.getValue().member(at.place()).isPresent()) {
                refuse(index, Status.NOT_EMPTY, other.getKey(), op + ": " + other.getKey() + " is below it");
                return;
            }
        }
        work.remove(at.place());
    }

    /** It can be checked and, with all that share it, removed. Whoever removes one leaves it to the last of them. */
    private void unreadable(Op op, Work work, String path, int index) {
        boolean sameVersion = op.version() == Op.ANY_VERSION || op.version() == work.base.version();
        if (op.kind() == Op.Kind.CREATE) {
            refuse(index, Status.NODE_EXISTS, path, op + ": the shared node cannot be read");
        } else if (op.kind() == Op.Kind.SET) {
            refuse(index, Status.REFUSED, path, op + ": the shared node cannot be read");
        } else if (!sameVersion) {
            refuse(index, Status.BAD_VERSION, path, op + ": its version is " + work.base.version());
        } else if (op.kind() == Op.Kind.DELETE && SharedPath.isInbox(path)) {
            // Work that nobody can read is nobody's: no transaction waits for it.
            work.changed = true;
        }
    }

    /**
     * A znode that is created again begins with version 0 again, and what was evaluated on the one before would be taken for
     * true. So the znode of an inbox, when it is empty, stays until no begin can need it: until each place of its record has
     * begun, or the record goes and takes it along.
     */
    private void settleInboxes() {
        for (Map.Entry<String, Work> each : new ArrayList<>(works.entrySet())) {
            String path = each.getKey();
            Work work = each.getValue();
            if (work.base.unreadable() || !work.changed || !work.after().isEmpty()) {
                continue;
            }
            String record = work.parent;
            if (SharedPath.isInbox(path)) {
                take(SharedPath.recordOfInbox(path), work.first);
            } else if (SharedPath.isShared(record) && goes(record)) {
                String inbox = SharedPath.inbox(Paths.name(path), record);
                if (take(inbox, work.first)) {
                    works.get(inbox).changed |= works.get(inbox).after().isEmpty();
                }
            }
        }
    }

    /** Looks at one more shared znode. Whether it is there and can be read. */
    private boolean take(String path, int index) {
        if (!works.containsKey(path)) {
            SharedNode base = known.get(path);
            if (base == null) {
                wanted.add(path);
            } else if (base.exists()) {
                touch(path, index);
            }
        }
        return works.containsKey(path) && !works.get(path).base.unreadable();
    }

    private boolean goes(String record) {
        Work work = works.get(record);
        return work != null && work.changed && work.after().isEmpty();
    }

    /** Whether an empty inbox's znode may still be needed. */
    private boolean stays(String path) {
        if (!SharedPath.isInbox(path)) {
            return false;
        }
        String record = SharedPath.recordOfInbox(path);
        Work work = works.get(record);
        return work != null
                && work.base.exists()
                && !goes(record)
                && (work.base.unreadable() || !work.after().holdsAll(SharedPath.size(record)));
    }

    /** The shared znodes, not known yet, without which this says nothing. */
    Set<String> wanted() {
        return wanted;
    }

    private void refuse(int index, Status status, String evidence, String detail) {
        refusal = Optional.of(new Refusal(WriteResult.failed(status, index, detail), evidence));
    }

    /** Why not to send it, if what is known is still so. */
    Optional<Refusal> refusal() {
        return refusal;
    }

    /** What to send. */
    Plan plan() {
        List<Op> ops = new ArrayList<>(plan.size());
        for (Sent sent : plan) {
            ops.add(sent.shared().map(path -> operation(path, works.get(path))).orElse(sent.op()));
        }
        return new Plan(ops, plan);
    }

    private Op operation(String path, Work work) {
        if (work.base.unreadable()) {
            return work.changed || goesWithItsRecord(path)
                    ? Op.delete(path, work.base.version())
                    : Op.check(path, work.base.version());
        }
        if (!work.base.exists()) {
            return Op.create(path, work.after().bytes());
        }
        if (!work.changed) {
            return Op.check(path, work.base.version());
        }
        return work.after().isEmpty() && !stays(path)
                ? Op.delete(path, work.base.version())
                : Op.set(path, work.after().bytes(), work.base.version());
    }

    private boolean goesWithItsRecord(String path) {
        boolean deleted = operations.stream()
                .anyMatch(each -> each.op().kind() == Op.Kind.DELETE
                        && each.at().filter(at -> at.znode().equals(path)).isPresent());
        return deleted && goes(Paths.parent(path));
    }

    /**
     * What shows that the refusal is right, and changes nothing: the operations before the refused one, that each shared
     * znode up to it is as it is known, and an operation that is always refused; of one that is absent, its evidence, that
     * it is refused.
     */
    Plan confirmation() {
        List<Op> ops = new ArrayList<>();
        List<Sent> stand = new ArrayList<>();
        for (Sent sent : plan) {
            Optional<SharedNode> base = sent.shared().map(path -> works.get(path).base);
            if (base.isEmpty()) {
                ops.add(sent.op());
                stand.add(sent);
            } else if (base.get().exists()) {
                ops.add(Op.check(sent.shared().get(), base.get().version()));
                stand.add(sent);
            }
        }
        int index = refusal.orElseThrow().result().failedOperation();
        String evidence = refusal.get().evidence();
        if (!works.get(evidence).base.exists()) {
            ops.add(Op.exists(evidence));
            stand.add(new Sent(Op.exists(evidence), index, Optional.of(evidence)));
        }
        ops.add(ALWAYS_REFUSED);
        stand.add(new Sent(ALWAYS_REFUSED, index, Optional.of(evidence)));
        return new Plan(ops, stand);
    }

    /** Whether {@code result} of the {@linkplain #confirmation confirmation} says that the refusal is right. */
    boolean confirms(Plan confirmation, WriteResult result) {
        int last = confirmation.ops().size() - 1;
        return works.get(refusal.orElseThrow().evidence()).base.exists()
                ? result.status() == Status.BAD_VERSION && result.failedOperation() == last
                : result.status() == Status.NO_NODE && result.failedOperation() == last - 1;
    }

    /** Each shared znode, as it is once the plan was written; nothing for one that is gone. */
    Map<String, Optional<SharedNode>> written() {
        Map<String, Optional<SharedNode>> after = new LinkedHashMap<>();
        works.forEach((path, work) -> {
            if (work.changed) {
                boolean gone = work.after().isEmpty() && !stays(path);
                after.put(path, gone ? Optional.empty() : Optional.of(work.base.written(work.after())));
            }
        });
        return after;
    }

    Set<String> touched() {
        return works.keySet();
    }
}
