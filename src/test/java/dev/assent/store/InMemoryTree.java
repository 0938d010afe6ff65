package dev.assent.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One copy of the tree with ZooKeeper's rules and error codes (PrepRequestProcessor of ZooKeeper 3.9: what is checked, and
 * in which order). Not thread-safe.
 */
public final class InMemoryTree {
    private static final byte[] NOTHING = {};

    private static final class Entry {
        private byte[] data;
        private int version;
        private int aclVersion;
        private final long owner;
        private boolean forbidden;
        private final long createdMillis;
        private long modifiedMillis;
        private final TreeSet<String> children = new TreeSet<>();

        private Entry(byte[] data, long owner, long millis) {
            this.data = data;
            this.owner = owner;
            this.createdMillis = millis;
            this.modifiedMillis = millis;
        }
    }

    private final Map<String, Entry> nodes = new HashMap<>();

    /** The node at {@code path}, or nothing. */
    public Optional<Node> read(String path) {
        Entry entry = nodes.get(path);
        return entry == null
                ? Optional.empty()
                : Optional.of(new Node(
                        entry.data,
                        entry.version,
                        entry.aclVersion,
                        entry.owner != 0,
                        entry.children.size(),
                        entry.createdMillis,
                        entry.modifiedMillis));
    }

    public boolean exists(String path) {
        return nodes.containsKey(path);
    }

    /** The version of {@code path}, -1 where there is no such node. */
    public int version(String path) {
        Entry entry = nodes.get(path);
        return entry == null ? -1 : entry.version;
    }

    /** The content of {@code path}, empty where there is no such node. */
    public byte[] data(String path) {
        Entry entry = nodes.get(path);
        return entry == null ? NOTHING : entry.data;
    }

    /** The names of the children, sorted, or nothing where there is no such node. */
    public Optional<List<String>> children(String path) {
        Entry entry = nodes.get(path);
        return entry == null ? Optional.empty() : Optional.of(List.copyOf(entry.children));
    }

    boolean forbidden(String path) {
        Entry entry = nodes.get(path);
        return entry != null && entry.forbidden;
    }

    /** Somebody sets the ACL, and leaves no permission on the node where {@code forbidden}. */
    void changeAcl(String path, boolean forbidden) {
        Entry entry = nodes.get(path);
        if (entry != null) {
            entry.aclVersion++;
            entry.forbidden = forbidden;
        }
    }

    /** The session's nodes, sorted. */
    List<String> ephemerals(long session) {
        List<String> owned = new ArrayList<>();
        nodes.forEach((path, entry) -> {
            if (entry.owner == session) {
                owned.add(path);
            }
        });
        owned.sort(null);
        return owned;
    }

    /** What a watch tells. */
    record Changed(String path, TreeListener.Change change) {}

    /** Applies all of {@code ops} or none; adds each node that was created, changed or deleted to {@code changed}. */
    WriteResult apply(List<Op> ops, long session, long millis, List<Changed> changed) {
        List<Runnable> undo = new ArrayList<>(ops.size());
        int before = changed.size();
        for (int i = 0; i < ops.size(); i++) {
            Op op = ops.get(i);
            WriteResult.Status status = switch (op.kind()) {
                case CREATE -> create(op, 0, millis, undo);
                case CREATE_EPHEMERAL -> create(op, session, millis, undo);
                case SET -> set(op, millis, undo);
                case DELETE -> delete(op, undo);
                case CHECK -> check(op);
            };
            if (status != WriteResult.Status.OK) {
                for (int j = undo.size() - 1; j >= 0; j--) {
                    undo.get(j).run();
                }
                changed.subList(before, changed.size()).clear();
                return WriteResult.failed(status, i, status + " at operation " + i + " of " + ops.size() + ", " + op);
            }
            if (op.kind() != Op.Kind.CHECK) {
                changed.add(new Changed(
                        op.path(),
                        switch (op.kind()) {
                            case CREATE, CREATE_EPHEMERAL -> TreeListener.Change.CREATED;
                            case DELETE -> TreeListener.Change.DELETED;
                            default -> TreeListener.Change.SET;
                        }));
            }
        }
        return WriteResult.OK;
    }

    private WriteResult.Status create(Op op, long owner, long millis, List<Runnable> undo) {
        String path = op.path();
        boolean root = path.equals(Paths.ROOT);
        Entry parent = root ? null : nodes.get(Paths.parent(path));
        if (!root && parent == null) {
            return WriteResult.Status.NO_NODE;
        }
        if (parent != null && parent.forbidden) {
            return WriteResult.Status.NO_AUTH;
        }
        if (nodes.containsKey(path)) {
            return WriteResult.Status.NODE_EXISTS;
        }
        if (parent != null && parent.owner != 0) {
            // ZooKeeper's NoChildrenForEphemerals: nothing of ours is ever below an ephemeral node.
            return WriteResult.Status.NO_AUTH;
        }
        nodes.put(path, new Entry(op.data(), owner, millis));
        if (parent != null) {
            parent.children.add(Paths.name(path));
        }
        undo.add(() -> remove(path));
        return WriteResult.Status.OK;
    }

    private WriteResult.Status set(Op op, long millis, List<Runnable> undo) {
        WriteResult.Status status = check(op);
        if (status != WriteResult.Status.OK) {
            return status;
        }
        Entry entry = nodes.get(op.path());
        byte[] data = entry.data;
        long modified = entry.modifiedMillis;
        undo.add(() -> {
            entry.data = data;
            entry.version--;
            entry.modifiedMillis = modified;
        });
        entry.data = op.data();
        entry.version++;
        entry.modifiedMillis = millis;
        return WriteResult.Status.OK;
    }

    private WriteResult.Status delete(Op op, List<Runnable> undo) {
        Entry entry = nodes.get(op.path());
        if (entry == null) {
            return WriteResult.Status.NO_NODE;
        }
        Entry parent = nodes.get(Paths.parent(op.path()));
        if (parent != null && parent.forbidden) {
            return WriteResult.Status.NO_AUTH;
        }
        if (op.version() != Op.ANY_VERSION && op.version() != entry.version) {
            return WriteResult.Status.BAD_VERSION;
        }
        if (!entry.children.isEmpty()) {
            return WriteResult.Status.NOT_EMPTY;
        }
        remove(op.path());
        undo.add(() -> {
            nodes.put(op.path(), entry);
            if (parent != null) {
                parent.children.add(Paths.name(op.path()));
            }
        });
        return WriteResult.Status.OK;
    }

    private void remove(String path) {
        nodes.remove(path);
        Entry parent = nodes.get(Paths.parent(path));
        if (parent != null) {
            parent.children.remove(Paths.name(path));
        }
    }

    private WriteResult.Status check(Op op) {
        Entry entry = nodes.get(op.path());
        if (entry == null) {
            return WriteResult.Status.NO_NODE;
        }
        if (entry.forbidden) {
            return WriteResult.Status.NO_AUTH;
        }
        return op.version() == Op.ANY_VERSION || op.version() == entry.version
                ? WriteResult.Status.OK
                : WriteResult.Status.BAD_VERSION;
    }

    /** Every path with its version, sorted, for people and for comparing trees. */
    public List<String> describe() {
        return nodes.entrySet().stream()
                .map(entry -> entry.getKey() + "@" + entry.getValue().version)
                .sorted()
                .toList();
    }
}
