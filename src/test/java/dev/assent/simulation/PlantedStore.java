package dev.assent.simulation;

import dev.assent.store.ForwardingSession;
import dev.assent.store.ForwardingStore;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A store that sends something else than the role asked for. */
final class PlantedStore extends ForwardingStore {
    /** Says, for each operation of a multi, in which of the multis sent instead it goes, the first being 0; -1 for none. */
    interface Rewriting {
        int part(List<Op> ops, int index);
    }

    private final Rewriting rewriting;

    PlantedStore(Store real, Rewriting rewriting) {
        super(real);
        this.rewriting = rewriting;
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
