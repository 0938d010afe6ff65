package dev.assent.store;

import java.util.Optional;

/**
 * A shared znode as it was read, or as this session's own write left it. Immutable.
 *
 * @param node the znode, without its bytes where they could be read; nothing where there is none
 * @param content what it holds; nothing where there is none, or where it is no shared node's content
 */
record SharedNode(Optional<Node> node, Optional<Shared> content) {
    private static final byte[] NOTHING = {};
    static final SharedNode ABSENT = new SharedNode(Optional.empty(), Optional.empty());

    /** The znode at {@code path} as it was read. */
    static SharedNode of(String path, Optional<Node> read) {
        if (read.isEmpty()) {
            return ABSENT;
        }
        try {
            Shared content = Shared.read(read.get().data());
            // An emptied one goes, but for an inbox's: this is somebody else's, and nobody would remove it.
            boolean foreign = content.isEmpty() && !SharedPath.isInbox(path);
            return foreign
                    ? new SharedNode(read, Optional.empty())
                    : new SharedNode(Optional.of(header(read.get(), read.get().version())), Optional.of(content));
        } catch (MalformedRecordException e) {
            return new SharedNode(read, Optional.empty());
        }
    }

    /** A node without its bytes, which what was read of them stands for. */
    private static Node header(Node node, int version) {
        return new Node(
                NOTHING,
                version,
                node.aclVersion(),
                node.ephemeral(),
                node.children(),
                node.createdMillis(),
                node.modifiedMillis());
    }

    boolean exists() {
        return node.isPresent();
    }

    /** Whether it is there and cannot be read: it may hold anything. */
    boolean unreadable() {
        return node.isPresent() && content.isEmpty();
    }

    int version() {
        return node.orElseThrow().version();
    }

    /** The node at {@code place}: what cannot be read is shown as it is, so that nobody takes it for absent (rule 12). */
    Optional<Node> member(int place) {
        return node.flatMap(shared -> content.isEmpty()
                ? node
                : content.get()
                        .member(place)
                        .map(member -> new Node(
                                member.data(),
                                member.version(),
                                shared.aclVersion(),
                                shared.ephemeral(),
                                shared.children(),
                                shared.createdMillis(),
                                shared.modifiedMillis())));
    }

    /** The same node after a successful set to {@code changed}, or after its creation with it. */
    SharedNode written(Shared changed) {
        Node after = node.map(before -> header(before, before.version() + 1))
                .orElse(new Node(NOTHING, 0, 0, false, 0, 0, 0));
        return new SharedNode(Optional.of(after), Optional.of(changed));
    }
}
