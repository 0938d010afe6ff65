package dev.assent.store;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Makes of hints about a shared znode hints about those nodes in it that changed: it reads the znode and compares the
 * versions with those of its last reading. Where it cannot read, each node that may be there may have changed. Lives on
 * the loop.
 */
final class SharedHints implements Session.Watch, TreeListener {
    private static final int MOST = 1_000;
    private static final int ABSENT = -1;

    private final SharedReads reads;
    private final TreeListener listener;
    private final Set<String> reading = new HashSet<>();
    private final Map<String, int[]> seen = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, int[]> eldest) {
            return size() > MOST;
        }
    };

    private Session.Watch watch = () -> {};
    private volatile boolean closed;

    SharedHints(SharedReads reads, TreeListener listener) {
        this.reads = reads;
        this.listener = listener;
    }

    /** The watch whose hints come here. */
    SharedHints over(Session.Watch real) {
        watch = real;
        return this;
    }

    @Override
    public boolean concerns(String path, Change change) {
        return listener.concerns(path, change);
    }

    /** The znode at {@code path} was created, changed or deleted. */
    @Override
    public void hint(String path, Change change) {
        if (closed) {
            return;
        }
        if (!SharedPath.isShared(path)) {
            listener.hint(path, change);
        } else if (reading.add(path)) {
            // A hint comes before any reading that shows its change: an answer that is still due shows what comes
            // meanwhile.
            read(path);
        }
    }

    private void read(String znode) {
        var unused = reads.read(znode).whenComplete((node, failure) -> {
            reading.remove(znode);
            if (closed) {
                return;
            }
            if (failure != null || node.unreadable()) {
                seen.remove(znode);
                SharedPath.nodes(znode).forEach(path -> reads.tell(() -> listener.hint(path, Change.SET)));
            } else {
                // What is asked about it now is answered by this reading: nothing newer was heard of.
                reads.whileFresh(znode, node, () -> tell(znode, node));
            }
        });
    }

    private void tell(String znode, SharedNode node) {
        int[] before = seen.get(znode);
        int[] now = new int[SharedPath.size(znode)];
        for (int i = 0; i < now.length; i++) {
            int place = i + 1;
            now[i] = node.content()
                    .flatMap(content -> content.member(place))
                    .map(Shared.Member::version)
                    .orElse(ABSENT);
        }
        if (node.exists()) {
            seen.put(znode, now);
        } else {
            seen.remove(znode);
        }
        for (int i = 0; i < now.length; i++) {
            if (before == null || before[i] != now[i]) {
                String path = SharedPath.node(znode, i + 1);
                Change change = before == null ? Change.SET : change(before[i], now[i]);
                reads.tell(() -> listener.hint(path, change));
            }
        }
    }

    private static Change change(int before, int now) {
        return now == ABSENT ? Change.DELETED : before == ABSENT ? Change.CREATED : Change.SET;
    }

    @Override
    public void close() {
        closed = true;
        watch.close();
    }
}
