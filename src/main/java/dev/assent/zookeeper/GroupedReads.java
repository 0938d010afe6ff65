package dev.assent.zookeeper;

import dev.assent.store.Node;
import dev.assent.zookeeper.Link.Answer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.common.PathUtils;

/**
 * Reads of one session that are asked for in one turn of the loop go as one request: a request costs the server far more
 * than one node more in it. They are no transaction, and each has its own answer. Thread-safe.
 */
final class GroupedReads {
    private static final int MOST_READS = 64;
    /** How long each read goes alone after a connection that was lost with a group on its way: perhaps because of it. */
    private static final long ALONE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How one read goes alone. */
    interface Single {
        void read(String path, Answer<Optional<Node>> answer);
    }

    private record Read(String path, Answer<Optional<Node>> answer) {}

    private final ZooKeeper handle;
    private final Link link;
    private final Single single;
    private final int most;
    private final Deque<Read> waiting = new ArrayDeque<>(); // guarded by this
    private boolean scheduled; // guarded by this
    private volatile long aloneUntil = System.nanoTime();

    /**
     * @param largestAnswer how many bytes the client takes in one answer; a node may have as many as a request
     */
    GroupedReads(ZooKeeper handle, Link link, int largestAnswer, Single single) {
        this.handle = handle;
        this.link = link;
        this.single = single;
        this.most = Math.min(MOST_READS, Math.max(1, largestAnswer / link.maxRequestBytes()));
    }

    /**
     * Reads {@code path} with whatever else this turn reads.
     *
     * @throws IllegalArgumentException if it can be no path: it would take the others with it
     */
    void read(String path, Answer<Optional<Node>> answer) {
        PathUtils.validatePath(link.chroot().full(path));
        synchronized (this) {
            waiting.add(new Read(path, answer));
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        link.loop().execute(this::send);
    }

    private void send() {
        List<Read> group;
        do {
            group = next();
            if (group.size() == 1 || System.nanoTime() - aloneUntil < 0) {
                group.forEach(read -> single.read(read.path(), read.answer()));
            } else if (!group.isEmpty()) {
                send(group);
            }
        } while (!group.isEmpty());
    }

    private synchronized List<Read> next() {
        List<Read> group = new ArrayList<>();
        while (!waiting.isEmpty() && group.size() < most) {
            group.add(waiting.remove());
        }
        scheduled = !group.isEmpty();
        return group;
    }

    private void send(List<Read> group) {
        List<Op> request = new ArrayList<>(group.size());
        group.forEach(read -> request.add(Op.getData(link.chroot().full(read.path()))));
        handle.multi(
                request,
                (code, path, context, results) -> {
                    if (results == null || results.size() != group.size()) {
                        lost(code, group);
                    } else {
                        for (int i = 0; i < group.size(); i++) {
                            answer(group.get(i), results.get(i));
                        }
                    }
                },
                null);
    }

    private void lost(int code, List<Read> group) {
        aloneUntil = System.nanoTime() + ALONE_NANOS;
        group.forEach(read -> read.answer().fail(Answers.read(code, "read of " + read.path())));
    }

    private static void answer(Read read, OpResult result) {
        if (result instanceof OpResult.GetDataResult found) {
            read.answer().give(Optional.of(ZooKeeperSession.node(found.getData(), found.getStat())));
            return;
        }
        int code = result instanceof OpResult.ErrorResult error ? error.getErr() : Code.SYSTEMERROR.intValue();
        if (code == Code.NONODE.intValue()) {
            read.answer().give(Optional.empty());
        } else {
            read.answer().fail(Answers.read(code, "read of " + read.path()));
        }
    }
}
