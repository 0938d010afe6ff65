package dev.assent.store;

/** A store whose sessions show each transaction with nodes of its own: see {@link PackedSession}. Thread-safe. */
public final class PackedStore implements Store {
    private final Store store;
    private Session last; // guarded by this
    private PackedSession packed; // guarded by this

    /**
     * @param store becomes this one's own
     */
    public PackedStore(Store store) {
        this.store = store;
    }

    @Override
    public void listen(SessionListener listener) {
        store.listen(new SessionListener() {
            @Override
            public void connected(Session session) {
                listener.connected(packed(session));
            }

            @Override
            public void suspended() {
                listener.suspended();
            }
        });
    }

    /** A session that comes back is the same one for its listeners. */
    private synchronized Session packed(Session session) {
        if (session != last) {
            last = session;
            packed = new PackedSession(session, store.loop());
        }
        return packed;
    }

    @Override
    public Leadership campaign(String id, LeadershipListener listener) {
        return store.campaign(id, listener);
    }

    @Override
    public Loop loop() {
        return store.loop();
    }

    @Override
    public void close() {
        store.close();
    }
}
