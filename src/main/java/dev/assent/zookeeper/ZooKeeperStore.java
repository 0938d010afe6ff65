package dev.assent.zookeeper;

import dev.assent.store.Leadership;
import dev.assent.store.LeadershipListener;
import dev.assent.store.Loop;
import dev.assent.store.Store;
import dev.assent.store.ThreadLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.api.CuratorEventType;
import org.apache.curator.framework.api.CuratorListener;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.ZooKeeper.States;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store on ZooKeeper. Curator keeps the connection, begins a new session where one ended and runs the election; all
 * requests go through the {@link ZooKeeperSession} of the handle that Curator holds. Thread-safe; not to be closed on its
 * own loop.
 */
public final class ZooKeeperStore implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperStore.class);

    /** Longer than a handle says CONNECTED when it is not. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(4);
    private static final long POLL_NANOS = Duration.ofMillis(2).toNanos();

    private final CuratorFramework client;
    private final boolean ownsClient;
    private final Link link;
    private final ThreadLoop loop;
    private final CuratorListener events = this::onEvent;

    // Touched on the loop alone.
    private final List<SessionListener> listeners = new ArrayList<>();
    private final List<Candidacy> candidacies = new ArrayList<>();
    private ZooKeeperSession session;
    private boolean connected;
    private Loop.Timer nextLook = () -> {};

    /**
     * Follows the sessions of {@code client} from now on.
     *
     * @param ownsClient whether closing the store closes the client
     */
    ZooKeeperStore(CuratorFramework client, boolean ownsClient, Link link, ThreadLoop loop) {
        this.client = client;
        this.ownsClient = ownsClient;
        this.link = link;
        this.loop = loop;
        client.getCuratorListenable().addListener(events);
    }

    @Override
    public void listen(SessionListener listener) {
        loop.execute(() -> {
            listeners.add(listener);
            if (connected) {
                listener.connected(session);
            }
        });
    }

    @Override
    public Leadership campaign(String id, LeadershipListener listener) {
        Candidacy candidacy = new Candidacy(id, listener, this, client.usingNamespace(null), link.chroot());
        loop.execute(() -> candidacies.add(candidacy));
        listen(candidacy);
        return candidacy;
    }

    /** To be called on the loop. */
    void forget(Candidacy candidacy) {
        candidacies.remove(candidacy);
        listeners.remove(candidacy);
    }

    @Override
    public Loop loop() {
        return loop;
    }

    /** Arrives on ZooKeeper's event thread, in the order of one handle's events. */
    private void onEvent(CuratorFramework source, CuratorEvent event) {
        if (event.getType() == CuratorEventType.CLOSING) {
            loop.execute(() -> follow(KeeperState.Closed));
        } else if (event.getType() == CuratorEventType.WATCHED
                && event.getWatchedEvent().getType() == EventType.None) {
            KeeperState state = event.getWatchedEvent().getState();
            loop.execute(() -> follow(state));
        }
    }

    /**
     * Each interruption and each connection counts by itself, however short: watches may have missed something (rule 7).
     * A handle's own state would not do, it says CONNECTED for up to a second after the connection ended.
     */
    private void follow(KeeperState state) {
        if (link.closed()) {
            return;
        }
        switch (state) {
            case SyncConnected -> {
                suspend();
                look();
            }
            case AuthFailed -> {
                LOG.error(
                        "ZooKeeper refuses this client's credentials for {}: correct them and start again",
                        link.chroot());
                suspend();
            }
            case Disconnected, Expired, Closed, ConnectedReadOnly -> {
                suspend();
                lookLater();
            }
            default -> LOG.debug("event {} of {}", state, link.chroot());
        }
    }

    /** Takes up the connection that Curator has now, if it has one. */
    void look() {
        if (link.closed() || connected) {
            return;
        }
        ZooKeeper handle = handle();
        if (session != null && handle != null && !session.isOn(handle)) {
            session.end();
            session = null;
        }
        if (handle == null || handle.getState() != States.CONNECTED) {
            lookLater();
            return;
        }
        if (session == null) {
            session = new ZooKeeperSession(handle, link);
        }
        connected = true;
        session.use(true);
        LOG.debug("{} is connected", session);
        ZooKeeperSession now = session;
        tell(listener -> listener.connected(now));
    }

    private void suspend() {
        if (!connected) {
            return;
        }
        connected = false;
        session.use(false);
        LOG.debug("{} is interrupted", session);
        tell(SessionListener::suspended);
    }

    /** All listeners, whatever one of them does. */
    private void tell(Consumer<SessionListener> news) {
        for (SessionListener listener : List.copyOf(listeners)) {
            try {
                news.accept(listener);
            } catch (RuntimeException e) {
                LOG.error("a listener of {} failed", session, e);
            }
        }
    }

    /** In case that a late event of a replaced handle came after the news of the connection. */
    private void lookLater() {
        nextLook.cancel();
        nextLook = loop.schedule(LOOK, this::look);
    }

    /** Curator's handle, or null where it has none now. */
    private ZooKeeper handle() {
        try {
            return client.getZookeeperClient().getZooKeeper();
        } catch (IllegalStateException e) {
            LOG.debug("the client of {} is not started, or closed", link.chroot(), e);
            return null;
        } catch (Exception e) {
            // Curator hands out once what failed in the background, such as a host name that is not found.
            LOG.warn("no connection to ZooKeeper; looking again in {} s: {}", LOOK.toSeconds(), e.toString());
            return null;
        }
    }

    @Override
    public void close() {
        if (loop.isCurrent()) {
            throw new IllegalStateException(
                    "a store cannot be closed on its own loop: it waits for what happens there");
        }
        long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
        loop.execute(this::endOnLoop);
        awaitUntil(deadline, "its candidacies end", link::closed);
        if (ownsClient) {
            closeClient(deadline);
        }
        awaitUntil(deadline, "all answers arrive", () -> !link.owes());
        loop.close();
        link.giveUp();
    }

    private void endOnLoop() {
        if (link.closed()) {
            return;
        }
        client.getCuratorListenable().removeListener(events);
        List.copyOf(candidacies).forEach(Candidacy::end);
        if (!ownsClient && session != null) {
            session.removeEphemerals();
        }
        link.close();
    }

    /** On a thread of its own: ZooKeeper's close waits for an answer of a server that may hang. */
    private void closeClient(long deadline) {
        Thread closer = new Thread(client::close, "assent-close");
        closer.setDaemon(true);
        closer.start();
        awaitUntil(deadline, "ZooKeeper confirms the end of the session; it ends by timeout", () -> !closer.isAlive());
    }

    private static void awaitUntil(long deadline, String what, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (deadline - System.nanoTime() < 0 || Thread.currentThread().isInterrupted()) {
                LOG.warn("closing without waiting any longer until {}", what);
                return;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
