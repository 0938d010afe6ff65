package dev.assent.client;

import dev.assent.store.Leadership;
import dev.assent.store.LeadershipListener;
import dev.assent.store.Loop;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A store whose next writes meet what the test says, and that remembers what was written. */
final class ScriptedStore implements Store {
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

    private final Store store;
    private final Deque<Fate> fates = new ArrayDeque<>();
    private final List<Runnable> late = new ArrayList<>();
    private final IdentityHashMap<Session, Session> wrapped = new IdentityHashMap<>();
    final List<List<Op>> written = new ArrayList<>();
    int barriers;
    /** Runs once, after the next write met its fate and before its answer. */
    Runnable afterFirstWrite = () -> {};
    /** Whether watches stay silent (rule 7). */
    boolean loseHints;

    private Optional<String> hidden = Optional.empty();

    ScriptedStore(Store store) {
        this.store = store;
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

    @Override
    public void listen(SessionListener listener) {
        store.listen(new SessionListener() {
            @Override
            public void connected(Session session) {
                listener.connected(wrapped.computeIfAbsent(session, Scripted::new));
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

    private final class Scripted implements Session {
        private final Session session;

        private Scripted(Session session) {
            this.session = session;
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
                case ANSWERED -> session.write(operations);
                case APPLIED_AND_LOST -> session.write(operations).thenCompose(result -> lost);
                case LOST -> lost;
                case LATE -> {
                    late.add(() -> {
                        var unused = session.write(operations);
                    });
                    yield lost;
                }
                case UNANSWERED -> session.write(operations).thenCompose(result -> new CompletableFuture<>());
            };
        }

        @Override
        public CompletableFuture<WriteResult> barrier() {
            barriers++;
            return session.barrier();
        }

        @Override
        public CompletableFuture<Optional<Node>> read(String path) {
            return hidden(path) ? CompletableFuture.completedFuture(Optional.empty()) : session.read(path);
        }

        @Override
        public CompletableFuture<Optional<Node>> readAndWatch(String path, Runnable changed) {
            return hidden(path)
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : session.readAndWatch(path, loseHints ? () -> {} : changed);
        }

        private boolean hidden(String path) {
            boolean hide = hidden.filter(path::equals).isPresent();
            if (hide) {
                hidden = Optional.empty();
            }
            return hide;
        }

        @Override
        public CompletableFuture<Optional<List<String>>> children(String path) {
            return session.children(path);
        }

        @Override
        public CompletableFuture<Watch> watchTree(String path, Consumer<String> hint) {
            return session.watchTree(path, hint);
        }

        @Override
        public long id() {
            return session.id();
        }

        @Override
        public boolean ended() {
            return session.ended();
        }
    }
}
