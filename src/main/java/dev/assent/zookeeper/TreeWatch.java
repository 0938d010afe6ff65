package dev.assent.zookeeper;

import dev.assent.store.Session;
import dev.assent.store.TreeListener;
import dev.assent.zookeeper.Link.Answer;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A watch of a node and all below it, for as long as the handle lives or until closed. Thread-safe. */
final class TreeWatch implements Watcher, Session.Watch {
    private static final Logger LOG = LoggerFactory.getLogger(TreeWatch.class);

    private final ZooKeeper handle;
    private final Link link;
    private final String path;
    private final TreeListener listener;
    private volatile boolean closed;

    TreeWatch(ZooKeeper handle, Link link, String path, TreeListener listener) {
        this.handle = handle;
        this.link = link;
        this.path = path;
        this.listener = listener;
    }

    /** Asks ZooKeeper for it. */
    void set(Answer<Session.Watch> answer) {
        handle.addWatch(
                link.chroot().full(path),
                this,
                AddWatchMode.PERSISTENT_RECURSIVE,
                (code, full, context) -> {
                    if (code == Code.OK.intValue()) {
                        answer.give(this);
                    } else {
                        answer.fail(Answers.read(code, "watch of " + path));
                    }
                },
                null);
    }

    @Override
    public void process(WatchedEvent event) {
        if (event.getType() == Event.EventType.None || closed) {
            return;
        }
        String changed = link.chroot().relative(event.getPath());
        TreeListener.Change change = switch (event.getType()) {
            case NodeCreated -> TreeListener.Change.CREATED;
            case NodeDeleted -> TreeListener.Change.DELETED;
            default -> TreeListener.Change.SET;
        };
        if (listener.concerns(changed, change)) {
            link.loop().deliver(() -> {
                if (!closed) {
                    listener.hint(changed, change);
                }
            });
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (handle.getState().isAlive()) {
            handle.removeWatches(
                    link.chroot().full(path),
                    this,
                    WatcherType.Any,
                    true,
                    (code, full, context) -> LOG.debug("watch of {} removed, code {}", path, code),
                    null);
        }
    }
}
