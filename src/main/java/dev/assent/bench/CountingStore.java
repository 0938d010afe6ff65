package dev.assent.bench;

import dev.assent.store.ForwardingSession;
import dev.assent.store.ForwardingStore;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.TreeListener;
import dev.assent.store.WriteResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/** Counts what one role asks of another store, which it hands everything on to. Thread-safe. */
final class CountingStore extends ForwardingStore {
    private final LongAdder subOperations = new LongAdder();
    private final LongAdder multis = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder events = new LongAdder();

    CountingStore(Store store) {
        super(store);
    }

    Counts.Requests requests() {
        return new Counts.Requests(subOperations.sum(), multis.sum(), reads.sum(), events.sum());
    }

    @Override
    protected Session wrap(Session session) {
        return new Counted(session);
    }

    private final class Counted extends ForwardingSession {
        private Counted(Session session) {
            super(session);
        }

        @Override
        public CompletableFuture<Optional<Node>> read(String path) {
            reads.increment();
            return real.read(path);
        }

        @Override
        public CompletableFuture<Optional<Node>> readAndWatch(String path, Runnable changed) {
            reads.increment();
            return real.readAndWatch(path, new Hint(events, changed));
        }

        @Override
        public CompletableFuture<Optional<List<String>>> children(String path) {
            reads.increment();
            return real.children(path);
        }

        @Override
        public CompletableFuture<WriteResult> write(List<Op> operations) {
            subOperations.add(operations.size());
            multis.increment();
            return real.write(operations);
        }

        @Override
        public CompletableFuture<WriteResult> barrier() {
            subOperations.increment();
            multis.increment();
            return real.barrier();
        }

        @Override
        public CompletableFuture<Watch> watchTree(String path, TreeListener listener) {
            return real.watchTree(path, new TreeListener() {
                @Override
                public void hint(String changed, Change change) {
                    listener.hint(changed, change);
                }

                @Override
                public boolean concerns(String changed, Change change) {
                    // Sent by the server, whatever becomes of it.
                    events.increment();
                    return listener.concerns(changed, change);
                }
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
