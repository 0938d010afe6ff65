package dev.assent.client;

import dev.assent.store.ForwardingSession;
import dev.assent.store.ForwardingStore;
import dev.assent.store.Node;
import dev.assent.store.Session;
import dev.assent.store.Store;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Counts how many reads are under way at once. */
final class ReadsCounted extends ForwardingStore {
    private int now;
    int most;

    ReadsCounted(Store store) {
        super(store);
    }

    @Override
    protected Session wrap(Session session) {
        return new ForwardingSession(session) {
            @Override
            public CompletableFuture<Optional<Node>> read(String path) {
                most = Math.max(most, ++now);
                return real.read(path).whenComplete((node, failure) -> now--);
            }
        };
    }
}
