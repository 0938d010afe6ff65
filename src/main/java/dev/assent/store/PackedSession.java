package dev.assent.store;

import dev.assent.store.WriteResult.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session that shows each transaction with nodes of its own, also where several share znodes (section 1). What it is
 * asked about such a node it asks about the shared znode:
 *
 * <ul>
 *   <li>reads of one turn of the loop share one reading of the znode;
 *   <li>a multi becomes one on the shared znodes, each set or checked at the version that was evaluated ({@link
 *       PackedMulti}). Refused because such a znode changed, it is evaluated and sent again: it did nothing. A node's own
 *       condition that does not hold is answered only once a multi of checks has shown that it does not hold now;
 *   <li>a hint about a shared znode is a hint about each node that it may hold.
 * </ul>
 *
 * So the nodes of one transaction behave as nodes of their own do, whatever happens to those they share with.
 */
final class PackedSession implements Session {
    private static final Logger LOG = LoggerFactory.getLogger(PackedSession.class);
    /** Each time somebody else was faster: the servers let one of them through each time. */
    private static final int MOST_ATTEMPTS = 50;
    /** A refusal names one znode of all that changed: after so many, one reading of all is cheaper than more of them. */
    private static final int MANY_ATTEMPTS = 4;

    private final Session session;
    private final KnownNodes known = new KnownNodes();
    private final SharedReads reads;

    PackedSession(Session session, Loop loop) {
        this.session = session;
        this.reads = new SharedReads(session, loop, known);
    }

    @Override
    public long id() {
        return session.id();
    }

    @Override
    public boolean ended() {
        return session.ended();
    }

    @Override
    public CompletableFuture<Optional<Node>> read(String path) {
        Optional<SharedPath> at = SharedPath.of(path);
        return at.isEmpty()
                ? session.read(path)
                : reads.read(at.get().znode())
                        .thenApply(node -> node.member(at.get().place()));
    }

    @Override
    public Optional<Shown> shown(String path) {
        return reads.fresh()
                ? SharedPath.of(path)
                        .flatMap(at -> reads.shown(at.znode()).map(node -> new Shown(node.member(at.place()))))
                : Optional.empty();
    }

    @Override
    public CompletableFuture<Optional<Node>> readAndWatch(String path, Runnable changed) {
        Optional<SharedPath> at = SharedPath.of(path);
        if (at.isEmpty()) {
            return session.readAndWatch(path, changed);
        }
        return reads.readAndWatch(at.get().znode(), changed)
                .thenApply(node -> node.member(at.get().place()));
    }

    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public CompletableFuture<Optional<List<String>>> children(String path) {
        Optional<SharedPath> at = SharedPath.of(path);
        if (at.isEmpty()) {
            return session.children(path)
                    .thenCompose(names -> names.isEmpty()
                            ? CompletableFuture.completedFuture(names)
                            : each(path, names.get()).thenApply(Optional::of));
        }
        String znode = at.get().znode();
        return reads.read(znode)
                .thenCombine(
                        session.children(znode),
                        (node, names) ->
                                node.member(at.get().place()).isEmpty() ? Optional.<List<String>>empty() : names)
                .thenCompose(names -> names.isEmpty()
                        ? CompletableFuture.completedFuture(names)
                        : below(at.get(), names.get()).thenApply(Optional::of));
    }

    /** Those of the znodes {@code names} that have something at this place. */
    private CompletableFuture<List<String>> below(SharedPath parent, List<String> names) {
        List<CompletableFuture<List<String>>> parts = new ArrayList<>();
        for (String name : names) {
            parts.add(reads.read(parent.znode() + "/" + name)
                    .handle((node, failure) -> there(node, failure, parent.place()) ? List.of(name) : List.of()));
        }
        return joined(new ArrayList<>(), parts);
    }

    private static CompletableFuture<List<String>> joined(
            List<String> names, List<CompletableFuture<List<String>>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).thenApply(read -> {
            parts.forEach(part -> names.addAll(part.join()));
            return names;
        });
    }

    /** What nobody may read is there. */
    private static boolean there(SharedNode node, Throwable failure, int place) {
        if (failure == null) {
            return node.member(place).isPresent();
        }
        StoreException known = cause(failure) instanceof StoreException store
                ? store
                : new StoreException(StoreException.Kind.OTHER, failure.toString());
        if (known.kind() != StoreException.Kind.NO_AUTH) {
            throw known;
        }
        return true;
    }

    /** The nodes that are there, of a shared znode that cannot be read all that may be. */
    private CompletableFuture<List<String>> each(String path, List<String> names) {
        List<CompletableFuture<List<String>>> parts = new ArrayList<>();
        List<String> each = new ArrayList<>(names.size());
        for (String name : names) {
            String znode = path + "/" + name;
            if (SharedPath.isShared(znode)) {
                parts.add(reads.read(znode).handle((node, failure) -> members(znode, node, failure)));
            } else {
                each.add(name);
            }
        }
        return joined(each, parts);
    }

    private static List<String> members(String znode, SharedNode node, Throwable failure) {
        List<String> there = new ArrayList<>();
        for (int place = 1; place <= SharedPath.size(znode); place++) {
            if (there(node, failure, place)) {
                there.add(Paths.name(SharedPath.node(znode, place)));
            }
        }
        return there;
    }

    @Override
    public CompletableFuture<WriteResult> write(List<Op> operations) {
        List<Op> own = List.copyOf(operations);
        List<PackedMulti.Located> located = PackedMulti.Located.all(own);
        Map<String, Boolean> needed = PackedMulti.shared(located);
        if (needed.isEmpty()) {
            return session.write(own);
        }
        CompletableFuture<WriteResult> answer = new CompletableFuture<>();
        new Attempts(located, needed, answer).next();
        return answer;
    }

    @Override
    public CompletableFuture<WriteResult> barrier() {
        return session.barrier();
    }

    @Override
    public CompletableFuture<Watch> watchTree(String path, TreeListener listener) {
        SharedHints hints = new SharedHints(reads, listener);
        return session.watchTree(path, hints).thenApply(hints::over);
    }

    @Override
    public String toString() {
        return session.toString();
    }

    /** One multi on its way, until it was done, was refused for what holds, or nobody knows. */
    private final class Attempts {
        private final List<PackedMulti.Located> operations;
        private final CompletableFuture<WriteResult> answer;
        private int attempts;
        /** Whether what can be expected not to exist yet is read, too. */
        private boolean readAll;
        /** The shared znodes, each with whether it can be expected not to exist yet. */
        private final Map<String, Boolean> needed;

        Attempts(
                List<PackedMulti.Located> operations,
                Map<String, Boolean> needed,
                CompletableFuture<WriteResult> answer) {
            this.operations = operations;
            this.needed = needed;
            this.answer = answer;
        }

        void next() {
            if (++attempts > MOST_ATTEMPTS) {
                answer.complete(WriteResult.lost("not written: what it shares a znode with changed " + MOST_ATTEMPTS
                        + " times meanwhile: " + operations.get(0).op()));
                return;
            }
            Map<String, SharedNode> nodes = new LinkedHashMap<>();
            String[] unread = {""};
            List<CompletableFuture<?>> missing = new ArrayList<>();
            needed.forEach((znode, mayBeNew) -> {
                Optional<SharedNode> seen = known.get(znode);
                if (seen.isPresent()) {
                    nodes.put(znode, seen.get());
                } else if (!mayBeNew || readAll) {
                    missing.add(reads.read(znode).whenComplete((node, failure) -> {
                        if (failure == null) {
                            nodes.put(znode, node);
                        } else {
                            unread[0] = znode;
                        }
                    }));
                }
            });
            if (missing.isEmpty()) {
                send(nodes);
                return;
            }
            var unused = CompletableFuture.allOf(missing.toArray(CompletableFuture[]::new))
                    .whenComplete((read, failure) -> {
                        if (failure != null) {
                            answer.complete(unread(unread[0], cause(failure)));
                        } else {
                            send(nodes);
                        }
                    });
        }

        private void again() {
            readAll = true;
            next();
        }

        private WriteResult unread(String znode, Throwable failure) {
            return failure instanceof StoreException known && known.kind() == StoreException.Kind.NO_AUTH
                    ? WriteResult.failed(
                            Status.NO_AUTH, PackedMulti.firstAbout(operations, znode), failure.getMessage())
                    : WriteResult.lost("not sent: " + failure.getMessage());
        }

        private void send(Map<String, SharedNode> nodes) {
            PackedMulti multi = new PackedMulti(operations, nodes);
            if (multi.refusal().isPresent() && !nodes.keySet().containsAll(multi.touched())) {
                // Perhaps an operation before it is the first that fails.
                again();
                return;
            }
            if (!multi.wanted().isEmpty()) {
                multi.wanted().forEach(znode -> needed.put(znode, false));
                next();
                return;
            }
            PackedMulti.Plan plan = multi.refusal().isPresent() ? multi.confirmation() : multi.plan();
            var unused = session.write(plan.ops()).whenComplete((result, failure) -> {
                WriteResult known = failure == null ? result : WriteResult.lost(failure.toString());
                if (multi.refusal().isPresent()) {
                    confirmed(multi, plan, known);
                } else {
                    written(multi, plan, known);
                }
            });
        }

        private void written(PackedMulti multi, PackedMulti.Plan plan, WriteResult result) {
            if (result.ok()) {
                multi.written().forEach(known::wrote);
                answer.complete(result);
            } else {
                failed(multi, plan, result);
            }
        }

        private void confirmed(PackedMulti multi, PackedMulti.Plan plan, WriteResult result) {
            if (multi.confirms(plan, result)) {
                answer.complete(multi.refusal().orElseThrow().result());
            } else if (result.failedOperation() == plan.ops().size() - 1) {
                // What was taken for absent is there.
                known.forget(multi.refusal().orElseThrow().evidence());
                again();
            } else {
                failed(multi, plan, result);
            }
        }

        private void failed(PackedMulti multi, PackedMulti.Plan plan, WriteResult result) {
            Optional<String> shared = plan.sharedAt(result.failedOperation());
            boolean changed = result.status() == Status.BAD_VERSION
                    || result.status() == Status.NO_NODE
                    || result.status() == Status.NODE_EXISTS;
            if (shared.isPresent() && changed && !plan.lacksDirectory(result)) {
                LOG.debug("{}: evaluated again: {}", PackedSession.this, result);
                if (attempts % MANY_ATTEMPTS == 0) {
                    multi.touched().forEach(known::forget);
                } else if (result.status() == Status.BAD_VERSION) {
                    known.outdated(
                            shared.get(),
                            plan.ops().get(result.failedOperation()).version());
                } else {
                    known.forget(shared.get());
                }
                again();
            } else {
                multi.touched().forEach(known::forget);
                answer.complete(
                        result.failedOperation() < 0
                                ? result
                                : WriteResult.failed(
                                        result.status(), plan.indexOf(result.failedOperation()), result.detail()));
            }
        }
    }
}
