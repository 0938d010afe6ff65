package dev.assent.bench;

import dev.assent.store.Leadership;
import dev.assent.store.LeadershipListener;
import dev.assent.store.Loop;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A store that can be made deaf: from then on nothing is asked any more and nothing is heard, while its session lives on. To
 * the rest of the world its user looks paused. Thread-safe.
 */
final class DeafStore implements Store {
    private final Store store;
    private volatile boolean deaf;

    DeafStore(Store store) {
        this.store = store;
    }

    void deafen() {
        deaf = true;
    }

    @Override
    public void listen(SessionListener listener) {
        // The same session has to stay the same object for whoever listens.
        IdentityHashMap<Session, Session> known = new IdentityHashMap<>();
        store.listen(new SessionListener() {
            @Override
            public void connected(Session session) {
                if (!deaf) {
                    listener.connected(known.computeIfAbsent(session, Hearing::new));
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
        return store.campaign(id, new LeadershipListener() {
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
    public Loop loop() {
        return store.loop();
    }

    @Override
    public void close() {
        store.close();
    }

    private final class Hearing implements Session {
        private final Session session;

        private Hearing(Session session) {
            this.session = session;
        }

        @Override
        public long id() {
            return session.id();
        }

        @Override
        public boolean ended() {
            return session.ended();
        }

        @Override
        public CompletableFuture<Optional<Node>> read(String path) {
            return deaf ? new CompletableFuture<>() : session.read(path);
        }

        @Override
        public CompletableFuture<Optional<Node>> readAndWatch(String path, Runnable changed) {
            return deaf ? new CompletableFuture<>() : session.readAndWatch(path, changed);
        }

        @Override
        public CompletableFuture<Optional<List<String>>> children(String path) {
            return deaf ? new CompletableFuture<>() : session.children(path);
        }

        @Override
        public CompletableFuture<WriteResult> write(List<Op> operations) {
            return deaf ? new CompletableFuture<>() : session.write(operations);
        }

        @Override
        public CompletableFuture<WriteResult> barrier() {
            return deaf ? new CompletableFuture<>() : session.barrier();
        }

        @Override
        public CompletableFuture<Watch> watchTree(String path, Consumer<String> hint) {
            return session.watchTree(path, changed -> {
                if (!deaf) {
                    hint.accept(changed);
                }
            });
        }
    }
}
