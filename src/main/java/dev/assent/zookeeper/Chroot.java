package dev.assent.zookeeper;

import dev.assent.store.Paths;
import org.apache.zookeeper.common.PathUtils;

/**
 * Where the installation's root is in ZooKeeper's tree. Paths are prefixed here and not by the connect string or by
 * Curator's namespace, so that one client can serve others too.
 *
 * @param prefix what precedes every path: empty, or absolute without a slash at its end
 */
record Chroot(String prefix) {
    /** Parses {@code /}, {@code /assent}, {@code /a/b}. */
    static Chroot of(String path) {
        try {
            PathUtils.validatePath(path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + path + "' cannot be the root of an installation: " + e.getMessage()
                            + "; give an absolute path such as /assent",
                    e);
        }
        return new Chroot(path.equals(Paths.ROOT) ? "" : path);
    }

    /** The path in ZooKeeper of {@code path} of the installation. */
    String full(String path) {
        if (!path.equals(Paths.ROOT)) {
            return prefix + path;
        }
        return prefix.isEmpty() ? Paths.ROOT : prefix;
    }

    /** The opposite of {@link #full}. */
    String relative(String full) {
        String path = full.substring(prefix.length());
        return path.isEmpty() ? Paths.ROOT : path;
    }

    @Override
    public String toString() {
        return full(Paths.ROOT);
    }
}
