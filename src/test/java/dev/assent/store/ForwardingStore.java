package dev.assent.store;

import java.util.IdentityHashMap;

/** A store whose sessions a test stands in front of; everything else is another store's. */
public abstract class ForwardingStore implements Store {
    private final Store real;
    private final IdentityHashMap<Session, Session> wrapped = new IdentityHashMap<>();

    protected ForwardingStore(Store real) {
        this.real = real;
    }

    /** Stands in front of {@code session}; called once for each. */
    protected abstract Session wrap(Session session);

    @Override
    public void listen(SessionListener listener) {
        real.listen(new SessionListener() {
            @Override
            public void connected(Session session) {
                listener.connected(wrapped.computeIfAbsent(session, ForwardingStore.this::wrap));
            }

            @Override
            public void suspended() {
                listener.suspended();
            }
        });
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
