package dev.assent.simulation;

import dev.assent.store.Leadership;
import dev.assent.store.LeadershipListener;
import dev.assent.store.Loop;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A store that sends something else than the role asked for. */
final class PlantedStore implements Store {
    /** Says, for each operation of a multi, in which of the multis sent instead it goes, the first being 0; -1 for none. */
    interface Rewriting {
        int part(List<Op> ops, int index);
    }

    private final Store real;
    private final Rewriting rewriting;
    private final Map<Long, Session> wrapped = new HashMap<>();

    PlantedStore(Store real, Rewriting rewriting) {
        this.real = real;
        this.rewriting = rewriting;
    }

    @Override
    public void listen(SessionListener listener) {
        real.listen(new SessionListener() {
            @Override
            public void connected(Session session) {
                listener.connected(wrapped.computeIfAbsent(session.id(), id -> new PlantedSession(session)));
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

    private final class PlantedSession implements Session {
        private final Session session;

        private PlantedSession(Session session) {
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
            return session.read(path);
        }

        @Override
        public CompletableFuture<Optional<Node>> readAndWatch(String path, Runnable changed) {
            return session.readAndWatch(path, changed);
        }

        @Override
        public CompletableFuture<Optional<List<String>>> children(String path) {
            return session.children(path);
        }

        @Override
        public CompletableFuture<WriteResult> write(List<Op> operations) {
            return write(operations, 0);
        }

        private CompletableFuture<WriteResult> write(List<Op> operations, int part) {
            List<Op> sent = new ArrayList<>();
            List<Integer> original = new ArrayList<>();
            boolean more = false;
            for (int i = 0; i < operations.size(); i++) {
                int goes = rewriting.part(operations, i);
                if (goes == part) {
                    sent.add(operations.get(i));
                    original.add(i);
                }
                more |= goes > part;
            }
            boolean last = !more;
            return session.write(sent).thenCompose(result -> {
                if (result.ok() && !last) {
                    return write(operations, part + 1);
                }
                return CompletableFuture.completedFuture(
                        result.failedOperation() < 0
                                ? result
                                : WriteResult.failed(
                                        result.status(), original.get(result.failedOperation()), result.detail()));
            });
        }

        @Override
        public CompletableFuture<WriteResult> barrier() {
            return session.barrier();
        }

        @Override
        public CompletableFuture<Watch> watchTree(String path, Consumer<String> hint) {
            return session.watchTree(path, hint);
        }
    }
}
