package dev.assent.bench;

import dev.assent.store.ForwardingSession;
import dev.assent.store.ForwardingStore;
import dev.assent.store.Leadership;
import dev.assent.store.LeadershipListener;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.TreeListener;
import dev.assent.store.WriteResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A store that can be made deaf: from then on nothing is asked any more and nothing is heard, while its session lives on. To
 * the rest of the world its user looks paused. Thread-safe.
 */
final class DeafStore extends ForwardingStore {
    private volatile boolean deaf;

    DeafStore(Store store) {
        super(store);
    }

    void deafen() {
        deaf = true;
    }

    @Override
    public void listen(SessionListener listener) {
        super.listen(new SessionListener() {
            @Override
            public void connected(Session session) {
                if (!deaf) {
                    listener.connected(session);
                }
            }

            @Override
            public void suspended() {
                if (!deaf) {
                    listener.suspended();
                }
            }
        });
    }

    @Override
    public Leadership campaign(String id, LeadershipListener listener) {
        return super.campaign(id, new LeadershipListener() {
            @Override
            public void elected() {
                if (!deaf) {
                    listener.elected();
                }
            }

            @Override
            public void deposed() {
                if (!deaf) {
                    listener.deposed();
                }
            }
        });
    }

    @Override
    protected Session wrap(Session session) {
        return new Hearing(session);
    }

    private final class Hearing extends ForwardingSession {
        private Hearing(Session session) {
            super(session);
        }

        @Override
        public CompletableFuture<Optional<Node>> read(String path) {
            return deaf ? new CompletableFuture<>() : real.read(path);
        }

        @Override
        public CompletableFuture<Optional<Node>> readAndWatch(String path, Runnable changed) {
            return deaf ? new CompletableFuture<>() : real.readAndWatch(path, changed);
        }

        @Override
        public CompletableFuture<Optional<List<String>>> children(String path) {
            return deaf ? new CompletableFuture<>() : real.children(path);
        }

        @Override
        public CompletableFuture<WriteResult> write(List<Op> operations) {
            return deaf ? new CompletableFuture<>() : real.write(operations);
        }

        @Override
        public CompletableFuture<WriteResult> barrier() {
            return deaf ? new CompletableFuture<>() : real.barrier();
        }

        @Override
        public CompletableFuture<Watch> watchTree(String path, TreeListener listener) {
            return real.watchTree(path, (changed, change) -> {
                if (!deaf) {
                    listener.hint(changed, change);
                }
            });
        }
    }
}
