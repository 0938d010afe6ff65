package dev.assent.participant;

import dev.assent.store.Leadership;
import dev.assent.store.LeadershipListener;
import dev.assent.store.Loop;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A process's store whose writes a test loses, holds back or watches. */
final class TamperedStore implements Store {
    /** What happens to one write. */
    enum Fate {
        /** It is done, and its answer is lost. */
        DONE_UNHEARD,
        /** It never reaches a server. */
        NEVER_DONE,
        /** Its answer is lost, and it is done only when the test lets it. */
        DONE_LATER
    }

    private record Plan(Predicate<List<Op>> which, Fate fate) {}

    private final Store inner;
    private final Map<Session, Session> sessions = new LinkedHashMap<>();
    private final Deque<Plan> plans = new ArrayDeque<>();
    private final Deque<Runnable> held = new ArrayDeque<>();
    /** Called before each write is sent. */
    Consumer<List<Op>> sending = ops -> {};
    /** Called before each quorum write that changes nothing. */
    Runnable barrier = () -> {};
    /** Called before each read. */
    Consumer<String> reading = path -> {};

    TamperedStore(Store inner) {
        this.inner = inner;
    }

    /** The next write that {@code which} accepts meets {@code fate}. */
    void next(Predicate<List<Op>> which, Fate fate) {
        plans.add(new Plan(which, fate));
    }

    /** Lets every write that was held back happen now. */
    void release() {
        while (!held.isEmpty()) {
            held.remove().run();
        }
    }

    @Override
    public void listen(SessionListener listener) {
        inner.listen(new SessionListener() {
            @Override
            public void connected(Session session) {
                listener.connected(sessions.computeIfAbsent(session, Tampered::new));
            }

            @Override
            public void suspended() {
                listener.suspended();
            }
        });
    }

    @Override
    public Leadership campaign(String id, LeadershipListener listener) {
        return inner.campaign(id, listener);
    }

    @Override
    public Loop loop() {
        return inner.loop();
    }

    @Override
    public void close() {
        inner.close();
    }

    private final class Tampered implements Session {
        private final Session real;

        Tampered(Session real) {
            this.real = real;
        }

        @Override
        public long id() {
            return real.id();
        }

        @Override
        public boolean ended() {
            return real.ended();
        }

        @Override
        public CompletableFuture<Optional<Node>> read(String path) {
            reading.accept(path);
            return real.read(path);
        }

        @Override
        public CompletableFuture<Optional<Node>> readAndWatch(String path, Runnable changed) {
            reading.accept(path);
            return real.readAndWatch(path, changed);
        }

        @Override
        public CompletableFuture<Optional<List<String>>> children(String path) {
            return real.children(path);
        }

        @Override
        public CompletableFuture<WriteResult> write(List<Op> operations) {
            sending.accept(operations);
            Optional<Plan> plan = plans.stream()
                    .filter(candidate -> candidate.which().test(operations))
                    .findFirst();
            if (plan.isEmpty()) {
                return real.write(operations);
            }
            plans.remove(plan.get());
            return switch (plan.get().fate()) {
                case DONE_UNHEARD -> real.write(operations).thenApply(done -> WriteResult.lost("unheard"));
                case NEVER_DONE -> later();
                case DONE_LATER -> {
                    held.add(() -> {
                        var unused = real.write(operations);
                    });
                    yield later();
                }
            };
        }

        private CompletableFuture<WriteResult> later() {
            CompletableFuture<WriteResult> answer = new CompletableFuture<>();
            loop().execute(() -> answer.complete(WriteResult.lost("unheard")));
            return answer;
        }

        @Override
        public CompletableFuture<WriteResult> barrier() {
            barrier.run();
            return real.barrier();
        }

        @Override
        public CompletableFuture<Watch> watchTree(String path, Consumer<String> hint) {
            return real.watchTree(path, hint);
        }
    }
}
