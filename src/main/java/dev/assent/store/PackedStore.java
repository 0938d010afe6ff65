package dev.assent.store;

/** A store whose sessions show each transaction with nodes of its own: see {@link PackedSession}. Thread-safe. */
public final class PackedStore extends ForwardingStore {
    /**
     * @param store becomes this one's own
     */
    public PackedStore(Store store) {
        super(store);
    }

    @Override
    protected Session wrap(Session session) {
        return new PackedSession(session, loop());
    }
}
