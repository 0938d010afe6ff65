package dev.assent.simulation;

import dev.assent.store.ForwardingSession;
import dev.assent.store.ForwardingStore;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** A store that sends something else than the role asked for. */
final class PlantedStore extends ForwardingStore {
    /** Says, for each operation of a multi, in which of the multis sent instead it goes, the first being 0; -1 for none. */
    interface Rewriting {
        int part(List<Op> ops, int index);
    }

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Rewriting rewriting;

    PlantedStore(Store real, Rewriting rewriting) {
        super(real);
        this.rewriting = rewriting;
    }

    /** Leaves the version out where {@code of} says so. */
    static Store anyVersion(Store real, Predicate<Op> of) {
        return sending(
                real,
                (session, ops) -> session.write(ops.stream()
                        .map(op -> of.test(op) ? new Op(op.kind(), op.path(), op.data(), Op.ANY_VERSION) : op)
                        .toList()));
    }

    /** Sends a multi with such an operation again where it was lost, on the same session once it is connected again. */
    static Store persistent(Store real, Predicate<Op> of) {
        return sending(
                real, (session, ops) -> ops.stream().anyMatch(of) ? again(real, session, ops) : session.write(ops));
    }

    private static CompletableFuture<WriteResult> again(Store store, Session session, List<Op> ops) {
        return session.write(ops).thenCompose(result -> {
            if (result.status() != WriteResult.Status.LOST || session.ended()) {
                return CompletableFuture.completedFuture(result);
            }
            CompletableFuture<WriteResult> later = new CompletableFuture<>();
            store.loop().schedule(PAUSE, () -> {
                var unused = again(store, session, ops).thenAccept(later::complete);
            });
            return later;
        });
    }

    private static Store sending(Store real, BiFunction<Session, List<Op>, CompletableFuture<WriteResult>> how) {
        return new ForwardingStore(real) {
            @Override
            protected Session wrap(Session session) {
                return new ForwardingSession(session) {
                    @Override
                    public CompletableFuture<WriteResult> write(List<Op> operations) {
                        return how.apply(real, operations);
                    }
                };
            }
        };
    }

    @Override
    protected Session wrap(Session session) {
        return new PlantedSession(session);
    }

    private final class PlantedSession extends ForwardingSession {
        private PlantedSession(Session session) {
            super(session);
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
            return real.write(sent).thenCompose(result -> {
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
    }
}
