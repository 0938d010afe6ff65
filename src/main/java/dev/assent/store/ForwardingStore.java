package dev.assent.store;

/**
 * A store whose sessions a subclass stands in front of; everything else is another store's, which becomes this one's own.
 * Thread-safe.
 */
public abstract class ForwardingStore implements Store {
    private final Store real;
    private Session last; // guarded by this
    private Session inFront; // guarded by this

    /** @param real closed with this one */
    protected ForwardingStore(Store real) {
        this.real = real;
    }

    /** What listeners are given for {@code session}; asked once for each session, which stays the same one for them. */
    protected abstract Session wrap(Session session);

    @Override
    public void listen(SessionListener listener) {
        real.listen(new SessionListener() {
            @Override
            public void connected(Session session) {
                listener.connected(wrapped(session));
            }

            @Override
            public void suspended() {
                listener.suspended();
            }
        });
    }

    private synchronized Session wrapped(Session session) {
        if (session != last) {
            last = session;
            inFront = wrap(session);
        }
        return inFront;
    }

    @Override
    public Leadership campaign(String id, LeadershipListener listener) {
        return real.campaign(id, listener);
    }

    @Override
    public Loop loop() {
        return real.loop();
    }

    @Override
    public void close() {
        real.close();
    }
}
