package dev.assent.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A server that has applied a prefix of the log, with the watches of the sessions attached to it. Guarded by the ensemble. */
final class InMemoryReplica {
    /** A watch on a tree or, once, on a node. */
    static final class Watcher {
        private final InMemorySession session;
        private final String path;
        private final boolean once;
        private final TreeListener listener;

        Watcher(InMemorySession session, String path, boolean once, TreeListener listener) {
            this.session = session;
            this.path = path;
            this.once = once;
            this.listener = listener;
        }

        InMemorySession session() {
            return session;
        }

        boolean once() {
            return once;
        }

        TreeListener listener() {
            return listener;
        }

        boolean covers(String changed) {
            return changed.startsWith(path)
                    && (changed.length() == path.length()
                            || (!once && (path.equals(Paths.ROOT) || changed.charAt(path.length()) == '/')));
        }
    }

    private final InMemoryEnsemble ensemble;
    private final int number;
    private final InMemoryTree tree = new InMemoryTree();
    private final Map<InMemorySession, Set<Watcher>> watchers = new LinkedHashMap<>();
    private int applied;
    private boolean advancing;
    private boolean stalled;
    private long stalledUntil;

    InMemoryReplica(InMemoryEnsemble ensemble, int number) {
        this.ensemble = ensemble;
        this.number = number;
    }

    InMemoryTree tree() {
        return tree;
    }

    /** How much of the log it has applied. */
    int applied() {
        return applied;
    }

    void watch(Watcher watcher) {
        watchers.computeIfAbsent(watcher.session(), s -> new LinkedHashSet<>()).add(watcher);
    }

    void unwatch(Watcher watcher) {
        Set<Watcher> of = watchers.get(watcher.session());
        if (of != null) {
            of.remove(watcher);
        }
    }

    /** A session moved away or ended. */
    void forget(InMemorySession session) {
        watchers.remove(session);
    }

    void stall(Duration time) {
        stalled = true;
        stalledUntil = ensemble.loop().nanoTime() + time.toNanos();
    }

    /** The log grew. */
    void committedMore() {
        if (number == 0 || ensemble.conditions().lag <= 0) {
            catchUp();
        } else if (!advancing) {
            advancing = true;
            advanceLater();
        }
    }

    private void advanceLater() {
        long stall = stalled ? Math.max(0, stalledUntil - ensemble.loop().nanoTime()) : 0;
        ensemble.after(stall + ensemble.uniform(ensemble.conditions().lag), () -> {
            if (stalled && stalledUntil - ensemble.loop().nanoTime() > 0) {
                advanceLater();
                return;
            }
            stalled = false;
            advancing = false;
            catchUp();
        });
    }

    void catchUp() {
        catchUpTo(ensemble.log().size());
    }

    /** Applies the log up to {@code index}, and tells the watchers. */
    void catchUpTo(int index) {
        List<InMemoryTree.Changed> changed = new ArrayList<>();
        while (applied < index) {
            InMemoryEnsemble.Entry entry = ensemble.log().get(applied);
            WriteResult result = tree.apply(entry.ops(), entry.session(), entry.millis(), changed);
            if (!result.ok()) {
                throw new IllegalStateException("replica " + number + " differs from the log: " + result.detail());
            }
            applied++;
        }
        if (!changed.isEmpty() && !watchers.isEmpty()) {
            notifyWatchers(changed);
        }
    }

    private void notifyWatchers(List<InMemoryTree.Changed> changed) {
        for (Set<Watcher> set : watchers.values()) {
            if (set.isEmpty()) {
                continue;
            }
            for (Watcher watcher : List.copyOf(set)) {
                for (InMemoryTree.Changed each : changed) {
                    if (watcher.covers(each.path())) {
                        watcher.session().hint(watcher, each.path(), each.change());
                        if (watcher.once()) {
                            set.remove(watcher);
                            break;
                        }
                    }
                }
            }
        }
    }

    @Override
    public String toString() {
        return number + " at " + applied + " of " + ensemble.log().size();
    }
}
