package dev.assent.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One client of an {@link InMemoryEnsemble}, and what can happen to it. Guarded by the ensemble. */
public final class InMemoryStore implements Store {
    private final InMemoryEnsemble ensemble;
    private final Loop loop;
    private final List<SessionListener> listeners = new ArrayList<>();
    private InMemorySession session;
    /** The network is cut until healed. */
    private boolean held;
    /** The client's process gives no sign of life. */
    private boolean silent;

    private boolean closed;
    private boolean reconnecting;
    /** Counts absences, so that an expiry belongs to one. */
    private int absence;

    InMemoryStore(InMemoryEnsemble ensemble, Loop loop) {
        this.ensemble = ensemble;
        this.loop = loop;
    }

    void start() {
        synchronized (ensemble) {
            session = ensemble.newSession(this);
            reconnectAfter(ensemble.hopNanos());
        }
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public void listen(SessionListener listener) {
        synchronized (ensemble) {
            listeners.add(listener);
            InMemorySession current = session;
            if (current.up()) {
                loop.execute(() -> listener.connected(current));
            }
        }
    }

    @Override
    public Leadership campaign(String id, LeadershipListener listener) {
        synchronized (ensemble) {
            return ensemble.election().campaign(this, id, listener);
        }
    }

    InMemorySession session() {
        return session;
    }

    private void tell(Consumer<SessionListener> what) {
        for (SessionListener listener : listeners) {
            loop.execute(() -> {
                synchronized (ensemble) {
                    if (closed) {
                        return;
                    }
                }
                what.accept(listener);
            });
        }
    }

    /** The server closed the connection of {@code of}, or it broke on the way. */
    void connectionBroke(InMemorySession of) {
        if (of == session && of.up()) {
            disconnect();
            reconnectAfter(ensemble.uniform(ensemble.conditions().reconnect));
        }
    }

    private void disconnect() {
        if (!session.up()) {
            return;
        }
        session.cut();
        tell(SessionListener::suspended);
        ensemble.election().suspended(this);
        expectExpiry();
    }

    private void expectExpiry() {
        int since = ++absence;
        InMemorySession expected = session;
        ensemble.after(ensemble.conditions().sessionTimeout, () -> {
            if (absence == since) {
                ensemble.end(expected);
            }
        });
    }

    private void reconnectAfter(long nanos) {
        if (reconnecting || held || silent || closed) {
            return;
        }
        reconnecting = true;
        ensemble.after(nanos, this::reconnect);
    }

    private void reconnect() {
        reconnecting = false;
        if (held || silent || closed || session.up()) {
            return;
        }
        absence++;
        if (session.endedAtServer()) {
            session.markEnded();
            session = ensemble.newSession(this);
        }
        session.attach();
        InMemorySession connected = session;
        tell(listener -> listener.connected(connected));
        ensemble.election().connected(this, connected);
    }

    /** Cuts the network between this client and every server, until {@link #heal}. */
    public void cutConnection() {
        synchronized (ensemble) {
            held = true;
            disconnect();
        }
    }

    /** Undoes {@link #cutConnection}. */
    public void heal() {
        synchronized (ensemble) {
            held = false;
            if (!session.up()) {
                reconnectAfter(ensemble.uniform(ensemble.conditions().reconnect));
            }
        }
    }

    /** The connection breaks and is made again. */
    public void breakConnection() {
        synchronized (ensemble) {
            connectionBroke(session);
        }
    }

    /** The server ends the session; this client learns of it when it uses the session or reconnects. */
    public void endSession() {
        synchronized (ensemble) {
            ensemble.end(session);
            connectionBroke(session);
        }
    }

    /**
     * The client takes its session for ended and makes a new one, while the server lets the old one live until its timeout:
     * what was sent in it may still happen.
     */
    public void abandonSession() {
        synchronized (ensemble) {
            if (closed || held || silent || !session.up()) {
                return;
            }
            disconnect();
            session.markEnded();
            InMemorySession old = session;
            ensemble.after(ensemble.uniform(ensemble.conditions().sessionTimeout), () -> ensemble.end(old));
            session = ensemble.newSession(this);
            reconnectAfter(ensemble.uniform(ensemble.conditions().reconnect));
        }
    }

    /** The process stops giving signs of life: its loop does not run, and nobody answers the server. */
    public void pause() {
        synchronized (ensemble) {
            silent = true;
            if (session.up()) {
                expectExpiry();
            }
        }
    }

    /** Undoes {@link #pause}; the session may have ended meanwhile. */
    public void resume() {
        synchronized (ensemble) {
            silent = false;
            if (session.up()) {
                absence++;
                if (session.endedAtServer()) {
                    connectionBroke(session);
                }
            } else {
                reconnectAfter(ensemble.uniform(ensemble.conditions().reconnect));
            }
        }
    }

    /** The process is gone. What it sent may still arrive; its session ends after its timeout. */
    public void crash() {
        synchronized (ensemble) {
            closed = true;
            disconnect();
        }
    }

    void loseNextReply(InMemorySession.Loss loss) {
        synchronized (ensemble) {
            session.loseNextReply(loss);
        }
    }

    /** Lets the writes held back by {@link InMemorySession.Loss#HELD} in {@code of} arrive. */
    void releaseLate(Session of) {
        ensemble.after(0, ((InMemorySession) of)::releaseLate);
    }

    @Override
    public void close() {
        synchronized (ensemble) {
            if (closed) {
                return;
            }
            closed = true;
            InMemorySession last = session;
            boolean reaches = last.up();
            disconnect();
            last.markEnded();
            ensemble.election().closed(this);
            if (reaches) {
                ensemble.after(ensemble.hopNanos(), () -> ensemble.end(last));
            }
        }
    }

    /** Delivers {@code task} to the client after a way through the network. */
    void deliver(long nanos, Runnable task) {
        loop.schedule(Duration.ofNanos(nanos), task);
    }
}
