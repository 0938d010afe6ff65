package dev.assent.client;

import dev.assent.store.ForwardingSession;
import dev.assent.store.ForwardingStore;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A store whose next writes meet what the test says, and that remembers what was written. */
final class ScriptedStore extends ForwardingStore {
    /** What happens to a write. */
    enum Fate {
        ANSWERED,
        /** It happens, its answer is lost. */
        APPLIED_AND_LOST,
        /** It never happens, and nobody is told. */
        LOST,
        /** It is answered LOST, and happens when {@link #releaseLate} is called. */
        LATE,
        /** No answer comes at all, and it happens. */
        UNANSWERED
    }

    private final Deque<Fate> fates = new ArrayDeque<>();
    private final List<Runnable> late = new ArrayList<>();
    final List<List<Op>> written = new ArrayList<>();
    int barriers;
    /** Runs once, after the next write met its fate and before its answer. */
    Runnable afterFirstWrite = () -> {};
    /** Whether watches stay silent (rule 7). */
    boolean loseHints;

    private Optional<String> hidden = Optional.empty();
    private Optional<String> held = Optional.empty();
    private CompletableFuture<Void> released = new CompletableFuture<>();

    ScriptedStore(Store store) {
        super(store);
    }

    /** The next writes, barriers not counted, meet these fates; all later ones are answered. */
    void script(Fate... next) {
        fates.addAll(List.of(next));
    }

    void releaseLate() {
        List.copyOf(late).forEach(Runnable::run);
        late.clear();
    }

    /** The next read of {@code path} is answered by a server that does not have it yet. */
    void hideNextReadOf(String path) {
        hidden = Optional.of(path);
    }

    /** Reads of {@code path} are not sent before {@link #releaseReads}. */
    void holdReadsOf(String path) {
        held = Optional.of(path);
        released = new CompletableFuture<>();
    }

    void releaseReads() {
        held = Optional.empty();
        released.complete(null);
    }

    private CompletableFuture<Void> turn(String path) {
        return held.filter(path::equals).isPresent() ? released : CompletableFuture.completedFuture(null);
    }

    @Override
    protected Session wrap(Session session) {
        return new Scripted(session);
    }

    private final class Scripted extends ForwardingSession {
        private Scripted(Session session) {
            super(session);
        }

        @Override
        public CompletableFuture<WriteResult> write(List<Op> operations) {
            return answered(operations).thenApply(result -> {
                Runnable next = afterFirstWrite;
                afterFirstWrite = () -> {};
                next.run();
                return result;
            });
        }

        private CompletableFuture<WriteResult> answered(List<Op> operations) {
            written.add(operations);
            Fate fate = fates.isEmpty() ? Fate.ANSWERED : fates.removeFirst();
            CompletableFuture<WriteResult> lost = CompletableFuture.completedFuture(WriteResult.lost("scripted"));
            return switch (fate) {
                case ANSWERED -> real.write(operations);
                case APPLIED_AND_LOST -> real.write(operations).thenCompose(result -> lost);
                case LOST -> lost;
                case LATE -> {
                    late.add(() -> {
                        var unused = real.write(operations);
                    });
                    yield lost;
                }
                case UNANSWERED -> real.write(operations).thenCompose(result -> new CompletableFuture<>());
            };
        }

        @Override
        public CompletableFuture<WriteResult> barrier() {
            barriers++;
            return real.barrier();
        }

        @Override
        public CompletableFuture<Optional<Node>> read(String path) {
            return hidden(path)
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : turn(path).thenCompose(now -> real.read(path));
        }

        @Override
        public CompletableFuture<Optional<Node>> readAndWatch(String path, Runnable changed) {
            return hidden(path)
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : turn(path).thenCompose(now -> real.readAndWatch(path, loseHints ? () -> {} : changed));
        }

        private boolean hidden(String path) {
            boolean hide = hidden.filter(path::equals).isPresent();
            if (hide) {
                hidden = Optional.empty();
            }
            return hide;
        }
    }
}
