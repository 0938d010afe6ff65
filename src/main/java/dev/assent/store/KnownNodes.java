package dev.assent.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a session saw last of the shared znodes it works with: where to begin, and never the last word, since every write
 * checks the versions. Bounded. Thread-safe.
 */
final class KnownNodes {
    private static final int MOST = 1_000;

    private final Map<String, SharedNode> nodes = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SharedNode> eldest) {
            return size() > MOST;
        }
    };

    synchronized Optional<SharedNode> get(String znode) {
        return Optional.ofNullable(nodes.get(znode));
    }

    /** It was read. A reading may be older than this session's own write, whose answer came first. */
    synchronized void saw(String znode, SharedNode node) {
        SharedNode before = nodes.get(znode);
        if (node.exists() && (before == null || before.version() <= node.version())) {
            nodes.put(znode, node);
        } else if (!node.exists()) {
            nodes.remove(znode);
        }
    }

    /** This session wrote it; nothing: removed it. */
    synchronized void wrote(String znode, Optional<SharedNode> node) {
        node.ifPresentOrElse(changed -> saw(znode, changed), () -> nodes.remove(znode));
    }

    /** It is no longer at {@code version}: whatever was seen of it since stays. */
    synchronized void outdated(String znode, int version) {
        SharedNode seen = nodes.get(znode);
        if (seen != null && seen.version() <= version) {
            nodes.remove(znode);
        }
    }

    synchronized void forget(String znode) {
        nodes.remove(znode);
    }
}
