package dev.assent.store;

import dev.assent.protocol.TransactionId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the roles see of a tree in which transactions share znodes: a node of its own for each, with its own version. Follows
 * the committed multis one after another. Not thread-safe.
 */
public final class UnpackedTree {
    /** A multi on znodes that no multi on the nodes of single transactions can be. */
    public static final class ImpossibleException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ImpossibleException(String message) {
            super(message);
        }
    }

    private final InMemoryTree tree = new InMemoryTree();
    private final Map<String, Shared> shared = new HashMap<>();
    private final Set<String> unreadable = new HashSet<>();

    /** As it is now, without shared znodes that nobody can read. */
    public InMemoryTree tree() {
        return tree;
    }

    /** The znode that holds the node at {@code path}. */
    public static String znode(String path) {
        return SharedPath.of(path).map(SharedPath::znode).orElse(path);
    }

    /** Whether the node at {@code path} shares its znode, or is one that is shared. */
    public static boolean isPacked(String path) {
        return SharedPath.of(path).isPresent() || SharedPath.isShared(path);
    }

    /** Whether any of {@code ops} is about a shared znode that nobody can read, or about one above it. */
    public boolean unreadable(List<Op> ops) {
        return ops.stream()
                .map(op -> znode(op.path()))
                .anyMatch(znode -> unreadable.stream()
                        .anyMatch(garbage ->
                                garbage.equals(znode) || Paths.parent(garbage).equals(znode)));
    }

    /** What {@code ops} would be answered now, in one step; it changes nothing. */
    public WriteResult outcome(List<Op> ops) {
        List<Op> probe = new ArrayList<>(ops);
        // Refused, so that whatever went before it is undone.
        probe.add(Op.check(Paths.ROOT + "nothing", 0));
        WriteResult result = tree.apply(probe, 1, 0, new ArrayList<>());
        return result.failedOperation() == ops.size() ? WriteResult.OK : result;
    }

    /**
     * Follows a multi that was committed.
     *
     * @return what it did to the nodes that the roles see, and to znodes that nobody can read
     * @throws ImpossibleException if no multi of a role can have that effect
     */
    public List<Op> follow(List<Op> multi, long session, long millis) {
        if (multi.stream().noneMatch(op -> SharedPath.isShared(op.path()))) {
            apply(multi, session, millis);
            return multi;
        }
        List<Op> seen = new ArrayList<>();
        List<Op> beside = new ArrayList<>();
        for (Op op : multi) {
            if (!SharedPath.isShared(op.path())) {
                seen.add(op);
            } else if (op.kind() != Op.Kind.CHECK) {
                change(op, seen, beside);
            }
        }
        // Records before what is below them, and the other way where they go.
        seen.sort(Comparator.comparingInt(UnpackedTree::rank));
        apply(seen, session, millis);
        seen.addAll(beside);
        return seen;
    }

    private static int rank(Op op) {
        int depth = (int) op.path().chars().filter(c -> c == '/').count();
        return switch (op.kind()) {
            case CREATE, CREATE_EPHEMERAL -> depth;
            case SET, CHECK -> 100;
            case DELETE -> 200 - depth;
        };
    }

    private void apply(List<Op> ops, long session, long millis) {
        WriteResult result = tree.apply(ops, session, millis, new ArrayList<>());
        if (!result.ok()) {
            throw new ImpossibleException(result.detail());
        }
    }

    private void change(Op op, List<Op> seen, List<Op> beside) {
        String znode = op.path();
        Optional<Shared> after = Optional.of(Shared.EMPTY);
        if (op.kind() != Op.Kind.DELETE) {
            after = read(op.data());
        }
        if (after.isEmpty() || unreadable.contains(znode)) {
            if (after.isPresent() && op.kind() == Op.Kind.DELETE) {
                unreadable.remove(znode);
            } else if (shared.containsKey(znode)) {
                throw new ImpossibleException(op + " leaves what nobody can read");
            } else {
                unreadable.add(znode);
            }
            beside.add(op);
            return;
        }
        Shared before = shared.getOrDefault(znode, Shared.EMPTY);
        List<String> nodes = SharedPath.nodes(znode);
        for (int place = 1; place <= TransactionId.MOST_TOGETHER; place++) {
            if (place <= nodes.size()) {
                change(
                        op,
                        nodes.get(place - 1),
                        before.member(place),
                        after.get().member(place),
                        seen);
            } else if (after.get().member(place).isPresent()) {
                throw new ImpossibleException(op + " has a member at place " + place + " of " + nodes.size());
            }
        }
        if (op.kind() == Op.Kind.DELETE) {
            shared.remove(znode);
        } else {
            shared.put(znode, after.get());
        }
    }

    private static Optional<Shared> read(byte[] data) {
        try {
            return Optional.of(Shared.read(data));
        } catch (MalformedRecordException e) {
            return Optional.empty();
        }
    }

    private static void change(
            Op op, String node, Optional<Shared.Member> before, Optional<Shared.Member> after, List<Op> seen) {
        if (after.isEmpty()) {
            before.ifPresent(member -> seen.add(Op.delete(node, member.version())));
        } else if (before.isEmpty()) {
            if (after.get().version() != 0) {
                throw new ImpossibleException(
                        op + " begins " + node + " at version " + after.get().version());
            }
            seen.add(Op.create(node, after.get().data()));
        } else if (after.get().version() == before.get().version() + 1) {
            seen.add(Op.set(node, after.get().data(), before.get().version()));
        } else if (after.get().version() != before.get().version()
                || !java.util.Arrays.equals(after.get().data(), before.get().data())) {
            throw new ImpossibleException(op + " takes " + node + " from version "
                    + before.get().version() + " to " + after.get().version());
        }
    }
}
