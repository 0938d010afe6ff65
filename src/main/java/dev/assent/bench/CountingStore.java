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
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Counts what one role asks of another store, which it hands everything on to. Thread-safe. */
final class CountingStore implements Store {
    private final Store store;
    private final LongAdder subOperations = new LongAdder();
    private final LongAdder multis = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder events = new LongAdder();

    CountingStore(Store store) {
        this.store = store;
    }

    Counts.Requests requests() {
        return new Counts.Requests(subOperations.sum(), multis.sum(), reads.sum(), events.sum());
    }

    @Override
    public void listen(SessionListener listener) {
        // The same session has to stay the same object for whoever listens.
        IdentityHashMap<Session, Session> counted = new IdentityHashMap<>();
        store.listen(new SessionListener() {
            @Override
            public void connected(Session session) {
                listener.connected(counted.computeIfAbsent(session, Counted::new));
            }

            @Override
            public void suspended() {
                listener.suspended();
            }
        });
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

    private final class Counted implements Session {
        private final Session session;

        private Counted(Session session) {
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
            reads.increment();
            return session.read(path);
        }

        @Override
        public CompletableFuture<Optional<Node>> readAndWatch(String path, Runnable changed) {
            reads.increment();
            return session.readAndWatch(path, new Hint(events, changed));
        }

        @Override
        public CompletableFuture<Optional<List<String>>> children(String path) {
            reads.increment();
            return session.children(path);
        }

        @Override
        public CompletableFuture<WriteResult> write(List<Op> operations) {
            subOperations.add(operations.size());
            multis.increment();
            return session.write(operations);
        }

        @Override
        public CompletableFuture<WriteResult> barrier() {
            subOperations.increment();
            multis.increment();
            return session.barrier();
        }

        @Override
        public CompletableFuture<Watch> watchTree(String path, Consumer<String> hint) {
            return session.watchTree(path, changed -> {
                events.increment();
                hint.accept(changed);
            });
        }
    }

    /** Equal for the same callback: watches of one node must not add up. */
    private record Hint(LongAdder events, Runnable changed) implements Runnable {
        @Override
        public void run() {
            events.increment();
            changed.run();
        }
    }
}
