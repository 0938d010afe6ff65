package dev.assent.zookeeper;

import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Session;
import dev.assent.store.StoreException;
import dev.assent.store.TreeListener;
import dev.assent.store.WriteResult;
import dev.assent.store.WriteResult.Status;
import dev.assent.zookeeper.Link.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.ZooKeeper.States;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.PathUtils;
import org.apache.zookeeper.common.ZKConfig;
import org.apache.zookeeper.data.Stat;

/**
 * One session, which is one ZooKeeper handle: a handle never begins a second session. Requests go through the handle
 * itself, because Curator's operations would be repeated, even on the next session. Thread-safe.
 */
final class ZooKeeperSession implements Session {
    /** Assumed of a child's name with what surrounds it in a listing; Assent's own have fewer than 40 bytes. */
    private static final int BYTES_PER_CHILD = 64;

    private final ZooKeeper handle;
    private final Link link;
    private final long id;
    private final int maxChildren;
    private final GroupedReads reads;
    private final Set<String> ephemerals = ConcurrentHashMap.newKeySet();
    private volatile boolean usable;
    private volatile boolean ended;

    /** For a handle that is connected, or was. */
    ZooKeeperSession(ZooKeeper handle, Link link) {
        this.handle = handle;
        this.link = link;
        this.id = handle.getSessionId();
        int largestAnswer = handle.getClientConfig()
                .getInt(ZKConfig.JUTE_MAXBUFFER, ZKClientConfig.CLIENT_MAX_PACKET_LENGTH_DEFAULT);
        this.maxChildren = largestAnswer / BYTES_PER_CHILD;
        this.reads = new GroupedReads(handle, link, largestAnswer, (path, answer) -> getData(path, null, answer));
    }

    boolean isOn(ZooKeeper other) {
        return handle == other;
    }

    /** Tells whether the connection is there. Until then, a request would wait in the client, without a limit. */
    void use(boolean now) {
        usable = now;
    }

    /** Another handle took this one's place. */
    void end() {
        ended = true;
        usable = false;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public boolean ended() {
        return ended || link.closed() || !handle.getState().isAlive();
    }

    @Override
    public CompletableFuture<Optional<Node>> read(String path) {
        return ask("read of " + path, answer -> reads.read(path, answer));
    }

    @Override
    public CompletableFuture<Optional<Node>> readAndWatch(String path, Runnable changed) {
        return ask("read of " + path, answer -> getData(path, new Hint(link, changed), answer));
    }

    private void getData(String path, Hint hint, Answer<Optional<Node>> answer) {
        handle.getData(
                link.chroot().full(path),
                hint,
                (code, full, context, data, stat) -> {
                    if (code == Code.OK.intValue()) {
                        answer.give(Optional.of(node(data, stat)));
                    } else if (code != Code.NONODE.intValue()) {
                        answer.fail(Answers.read(code, "read of " + path));
                    } else if (hint == null) {
                        answer.give(Optional.empty());
                    } else {
                        watchAbsent(path, hint, answer);
                    }
                },
                null);
    }

    /** ZooKeeper's getData leaves no watch where it finds no node; exists does, and tells if there is one meanwhile. */
    private void watchAbsent(String path, Hint hint, Answer<Optional<Node>> answer) {
        handle.exists(
                link.chroot().full(path),
                hint,
                (code, full, context, stat) -> {
                    if (code == Code.NONODE.intValue()) {
                        answer.give(Optional.empty());
                    } else if (code == Code.OK.intValue()) {
                        getData(path, null, answer);
                    } else {
                        answer.fail(Answers.read(code, "read of " + path));
                    }
                },
                null);
    }

    static Node node(byte[] data, Stat stat) {
        return new Node(
                data == null ? new byte[0] : data,
                stat.getVersion(),
                stat.getAversion(),
                stat.getEphemeralOwner() != 0,
                stat.getNumChildren(),
                stat.getCtime(),
                stat.getMtime());
    }

    /**
     * Counts the children first: a listing beyond the client's {@code jute.maxbuffer} would break the connection, again
     * and again (rule 10).
     */
    @Override
    public CompletableFuture<Optional<List<String>>> children(String path) {
        return ask("list of " + path, answer -> {
            String full = link.chroot().full(path);
            handle.exists(
                    full,
                    false,
                    (code, ignored, context, stat) -> {
                        if (code != Code.OK.intValue()) {
                            giveChildren(code, path, null, answer);
                        } else if (stat.getNumChildren() > maxChildren) {
                            answer.fail(new StoreException(
                                    StoreException.Kind.OTHER,
                                    path + " has " + stat.getNumChildren() + " children; at most " + maxChildren
                                            + " can be listed with this client's jute.maxbuffer: raise it, or remove"
                                            + " what does not belong there"));
                        } else {
                            handle.getChildren(
                                    full, false, (rc, p, c, names) -> giveChildren(rc, path, names, answer), null);
                        }
                    },
                    null);
        });
    }

    private static void giveChildren(int code, String path, List<String> names, Answer<Optional<List<String>>> answer) {
        if (code == Code.OK.intValue()) {
            answer.give(Optional.of(names));
        } else if (code == Code.NONODE.intValue()) {
            answer.give(Optional.empty());
        } else {
            answer.fail(Answers.read(code, "list of " + path));
        }
    }

    @Override
    public CompletableFuture<WriteResult> write(List<Op> operations) {
        if (operations.isEmpty()) {
            throw new IllegalArgumentException("a multi needs an operation");
        }
        List<Op> sent = List.copyOf(operations);
        Answer<WriteResult> answer = link.promise(future -> future.complete(WriteResult.lost("the store was closed")));
        if (link.closed()) {
            answer.giveUp();
            return answer.future();
        }
        Optional<WriteResult> refusal = tooLarge(sent).or(() -> badPath(sent));
        if (refusal.isPresent()) {
            answer.giveLater(refusal.get());
        } else if (!usable || handle.getState() != States.CONNECTED) {
            answer.giveLater(WriteResult.lost(this + " is not connected: not sent"));
        } else {
            send(sent, answer);
        }
        return answer.future();
    }

    private void send(List<Op> operations, Answer<WriteResult> answer) {
        List<org.apache.zookeeper.Op> request = new ArrayList<>(operations.size());
        operations.forEach(operation -> request.add(translate(operation)));
        handle.multi(
                request,
                (code, path, context, results) -> {
                    WriteResult result = Answers.write(code, results, operations);
                    if (result.ok()) {
                        note(operations);
                    }
                    answer.give(result);
                },
                null);
    }

    /** A refusal of a path that can name no node, which the client would refuse with a stack trace in the log. */
    private static Optional<WriteResult> badPath(List<Op> operations) {
        for (int i = 0; i < operations.size(); i++) {
            try {
                PathUtils.validatePath(operations.get(i).path());
            } catch (IllegalArgumentException e) {
                return Optional.of(WriteResult.failed(Status.REFUSED, i, operations.get(i) + ": " + e.getMessage()));
            }
        }
        return Optional.empty();
    }

    /** A refusal of what does not fit into one request (rule 10). */
    private Optional<WriteResult> tooLarge(List<Op> operations) {
        long bytes = 0;
        for (Op operation : operations) {
            bytes += link.bytes(operation);
        }
        return bytes <= link.maxRequestBytes()
                ? Optional.empty()
                : Optional.of(WriteResult.failed(
                        Status.TOO_LARGE,
                        -1,
                        Answers.describe(operations) + " take " + bytes + " bytes, a request may have "
                                + link.maxRequestBytes() + ": send less at once, or raise jute.maxbuffer on every"
                                + " server and client"));
    }

    private org.apache.zookeeper.Op translate(Op operation) {
        String path = link.chroot().full(operation.path());
        return switch (operation.kind()) {
            case CREATE ->
                org.apache.zookeeper.Op.create(
                        path, operation.data(), link.acls().of(path), CreateMode.PERSISTENT);
            case CREATE_EPHEMERAL ->
                org.apache.zookeeper.Op.create(
                        path, operation.data(), link.acls().of(path), CreateMode.EPHEMERAL);
            case SET -> org.apache.zookeeper.Op.setData(path, operation.data(), operation.version());
            case DELETE -> org.apache.zookeeper.Op.delete(path, operation.version());
            case CHECK -> org.apache.zookeeper.Op.check(path, operation.version());
        };
    }

    private void note(List<Op> done) {
        for (Op operation : done) {
            if (operation.kind() == Op.Kind.CREATE_EPHEMERAL) {
                ephemerals.add(operation.path());
            } else if (operation.kind() == Op.Kind.DELETE) {
                ephemerals.remove(operation.path());
            }
        }
    }

    /**
     * Removes the ephemeral nodes that were created through this object: for a session that goes on without it. Only
     * nodes that this session owns are touched.
     */
    void removeEphemerals() {
        for (String path : ephemerals) {
            String full = link.chroot().full(path);
            Answer<Void> answer = link.promise(future -> future.complete(null));
            handle.exists(
                    full,
                    false,
                    (code, ignored, context, stat) -> {
                        if (code == Code.OK.intValue() && stat.getEphemeralOwner() == id) {
                            handle.delete(full, stat.getVersion(), (rc, p, c) -> answer.give(null), null);
                        } else {
                            answer.give(null);
                        }
                    },
                    null);
        }
    }

    /**
     * A multi of one check. It goes through the leader and a quorum as every multi does, whatever its outcome: the leader
     * gives it a transaction id and proposes it (PrepRequestProcessor makes failed operations error transactions of the
     * same multi; ProposalRequestProcessor proposes whatever has a header), and this session's server answers only after
     * it applied everything before it. Only success counts: a server may refuse for lack of permission on its own.
     */
    @Override
    public CompletableFuture<WriteResult> barrier() {
        return write(List.of(Op.exists(Paths.ROOT)));
    }

    @Override
    public CompletableFuture<Watch> watchTree(String path, TreeListener listener) {
        return ask("watch of " + path, answer -> new TreeWatch(handle, link, path, listener).set(answer));
    }

    private <T> CompletableFuture<T> ask(String what, Consumer<Answer<T>> send) {
        Answer<T> answer = link.promise(future -> future.completeExceptionally(
                new StoreException(StoreException.Kind.SESSION_ENDED, what + ": the store is closed")));
        if (link.closed()) {
            answer.giveUp();
            return answer.future();
        }
        if (ended()) {
            answer.failLater(new StoreException(
                    StoreException.Kind.SESSION_ENDED, what + ": session 0x" + Long.toHexString(id) + " has ended"));
        } else if (!usable || handle.getState() != States.CONNECTED) {
            answer.failLater(
                    new StoreException(StoreException.Kind.DISCONNECTED, what + ": " + this + " is not connected"));
        } else {
            try {
                send.accept(answer);
            } catch (IllegalArgumentException e) {
                answer.failLater(new StoreException(StoreException.Kind.OTHER, what + ": " + e.getMessage(), e));
            }
        }
        return answer.future();
    }

    @Override
    public String toString() {
        return "session 0x" + Long.toHexString(id);
    }

    /**
     * A watch of one node, used up when it fires. Equal for the same callback, so that reading again with it does not
     * make the client hold, and call, it twice.
     */
    private record Hint(Link link, Runnable changed) implements Watcher {
        @Override
        public void process(WatchedEvent event) {
            if (event.getType() != Event.EventType.None) {
                link.loop().deliver(changed);
            }
        }
    }
}
