package dev.assent.store;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes of hints about a shared znode hints about those nodes in it that changed: it reads the znode and compares the
 * versions with those of its last reading. Where it cannot read, each node that may be there may have changed. Lives on
 * the loop.
 */
final class SharedHints implements Session.Watch {
    private static final int MOST = 1_000;
    private static final int ABSENT = -1;

    private final SharedReads reads;
    private final Consumer<String> hint;
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

    SharedHints(SharedReads reads, Consumer<String> hint) {
        this.reads = reads;
        this.hint = hint;
    }

    /** The watch whose hints come here. */
    SharedHints over(Session.Watch real) {
        watch = real;
        return this;
    }

    /** The znode at {@code path} was created, changed or deleted. */
    void changed(String path) {
        if (closed) {
            return;
        }
        if (!SharedPath.isShared(path)) {
            hint.accept(path);
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
                SharedPath.nodes(znode).forEach(path -> reads.tell(() -> hint.accept(path)));
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
                reads.tell(() -> hint.accept(path));
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        watch.close();
    }
}
