package dev.assent.coordinator;

import dev.assent.store.MalformedRecordException;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import dev.assent.store.StoreException;
import dev.assent.store.WriteResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fixed nodes of the tree. The first coordinator creates all of them in one multi; any number may try at once. In a tree
 * that has an installation already, the epoch and the generations are never created anew: numbers would be used twice
 * (rule 6). Lives on the loop.
 */
final class Tree {
    private static final Logger LOG = LoggerFactory.getLogger(Tree.class);
    private static final long FIRST_GENERATION = 1;
    private static final List<String> NUMBERED =
            List.of(Paths.EPOCH, Paths.TRANSACTIONS, Paths.generation(FIRST_GENERATION));
    private static final List<String> DIRECTORIES =
            List.of(Paths.LEADER, Paths.COORDINATORS, Paths.PARTICIPANTS, Paths.OPERATIONS, Paths.HISTORY);

    /** What a look at the tree came to. */
    enum Finding {
        /** Everything is there. */
        READY,
        /** Look again: an answer was lost, or another coordinator was faster. */
        AGAIN,
        /** Not a tree to work in. */
        REFUSED
    }

    private final String coordinator;
    /** Drawn once: a lost creation and its repetition are the same installation. */
    private final UUID drawn;

    private Optional<UUID> installation = Optional.empty();
    private String problem = "";

    Tree(String coordinator, LongSupplier random) {
        this.coordinator = coordinator;
        this.drawn = uuid(random.getAsLong(), random.getAsLong());
    }

    /** A random UUID (RFC 9562, version 4). */
    private static UUID uuid(long high, long low) {
        return new UUID((high & ~0xF000L) | 0x4000L, (low & ~(0xC0L << 56)) | (0x80L << 56));
    }

    /** Why the tree was refused; empty otherwise. */
    String problem() {
        return problem;
    }

    /**
     * Looks at the tree, and creates what may be created. Behind a quorum write: what a new session does not see may be
     * there all the same, and what is created between two of its reads is a tree of Assent (rule 5).
     */
    void ensure(Session session, Consumer<Finding> then) {
        var unused = session.barrier().whenComplete((result, failure) -> {
            // A check that there is no root went through a quorum as well.
            boolean caughtUp = failure == null && (result.ok() || result.status() == WriteResult.Status.NO_NODE);
            if (caughtUp) {
                look(session, then);
            } else if (failure == null && result.status() == WriteResult.Status.NO_AUTH) {
                refuse("the tree cannot be read: " + result.detail(), then);
            } else {
                then.accept(Finding.AGAIN);
            }
        });
    }

    private void look(Session session, Consumer<Finding> then) {
        Map<String, Optional<Node>> found = new LinkedHashMap<>();
        List<String> others = new ArrayList<>(NUMBERED);
        others.addAll(DIRECTORIES);
        var unused = session.read(Paths.ROOT)
                .thenCompose(root -> {
                    found.put(Paths.ROOT, root);
                    return others(session, others, found);
                })
                .thenCompose(nothing -> session.read(Paths.ROOT))
                .whenComplete((root, failure) -> {
                    if (failure != null) {
                        readFailed(failure, then);
                    } else if (version(root) != version(found.get(Paths.ROOT))) {
                        // Another coordinator began the installation between these reads.
                        then.accept(Finding.AGAIN);
                    } else {
                        found(session, found, then);
                    }
                });
    }

    private static int version(Optional<Node> node) {
        return node.map(Node::version).orElse(-1);
    }

    private static CompletableFuture<Void> others(
            Session session, List<String> paths, Map<String, Optional<Node>> found) {
        return CompletableFuture.allOf(paths.stream()
                .map(path -> session.read(path).thenAccept(node -> found.put(path, node)))
                .toArray(CompletableFuture[]::new));
    }

    private void readFailed(Throwable failure, Consumer<Finding> then) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof StoreException known && known.kind() == StoreException.Kind.NO_AUTH) {
            refuse("the tree cannot be read: " + known.getMessage(), then);
        } else {
            LOG.debug("{}: the tree was not read", coordinator, cause);
            then.accept(Finding.AGAIN);
        }
    }

    private void found(Session session, Map<String, Optional<Node>> found, Consumer<Finding> then) {
        Optional<Node> root = found.get(Paths.ROOT);
        boolean fresh = root.isEmpty() || root.get().data().length == 0;
        List<Op> ops = new ArrayList<>();
        if (fresh) {
            if (installation.isPresent()) {
                refuse(
                        "installation " + installation.get() + " is gone from the tree; restart to begin a new one",
                        then);
                return;
            }
            List<String> there = NUMBERED.stream()
                    .filter(path -> found.get(path).isPresent())
                    .toList();
            if (!there.isEmpty()) {
                refuse("the root names no installation, but " + there + " exist: not a tree of Assent", then);
                return;
            }
            byte[] data = Records.installation(drawn);
            ops.add(
                    root.isEmpty()
                            ? Op.create(Paths.ROOT, data)
                            : Op.set(Paths.ROOT, data, root.get().version()));
            ops.add(Op.create(Paths.EPOCH, Records.epoch(coordinator)));
            ops.add(Op.create(Paths.TRANSACTIONS, Records.currentGeneration(FIRST_GENERATION)));
            ops.add(Op.create(Paths.generation(FIRST_GENERATION), Records.generation(false)));
        } else if (!known(root.get(), found, then)) {
            return;
        }
        DIRECTORIES.stream().filter(path -> found.get(path).isEmpty()).forEach(path -> ops.add(Op.createEmpty(path)));
        if (ops.isEmpty()) {
            problem = "";
            then.accept(Finding.READY);
        } else {
            create(session, ops, fresh, then);
        }
    }

    private boolean known(Node root, Map<String, Optional<Node>> found, Consumer<Finding> then) {
        UUID there;
        try {
            there = Records.installation(root.data());
        } catch (MalformedRecordException e) {
            refuse("the root belongs to something else: " + e.getMessage() + "; choose another one", then);
            return false;
        }
        if (installation.isPresent() && !installation.get().equals(there)) {
            refuse("the tree is of installation " + there + ", this coordinator works for " + installation.get(), then);
            return false;
        }
        for (String path : List.of(Paths.EPOCH, Paths.TRANSACTIONS)) {
            if (found.get(path).isEmpty()) {
                refuse(path + " is missing from installation " + there + ": restore the tree from a backup", then);
                return false;
            }
        }
        installation = Optional.of(there);
        return true;
    }

    private void create(Session session, List<Op> ops, boolean fresh, Consumer<Finding> then) {
        var unused = session.write(ops).whenComplete((result, failure) -> {
            if (failure == null && result.ok() && fresh) {
                LOG.info("{}: began installation {}", coordinator, drawn);
            }
            if (failure == null && result.status() == WriteResult.Status.NO_AUTH) {
                refuse("the tree cannot be written: " + result.detail(), then);
            } else {
                // Read once more, whatever the answer: another coordinator may have been faster.
                then.accept(Finding.AGAIN);
            }
        });
    }

    private void refuse(String why, Consumer<Finding> then) {
        if (!problem.equals(why)) {
            LOG.error("{}: {}", coordinator, why);
        }
        problem = why;
        then.accept(Finding.REFUSED);
    }
}
