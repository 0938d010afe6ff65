package dev.assent.participant;

import dev.assent.store.ForwardingSession;
import dev.assent.store.ForwardingStore;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.StoreException;
import dev.assent.store.WriteResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A process's store whose writes a test loses, holds back or watches. */
final class TamperedStore extends ForwardingStore {
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

    private final Deque<Plan> plans = new ArrayDeque<>();
    private final Deque<Runnable> held = new ArrayDeque<>();
    /** Called before each write is sent. */
    Consumer<List<Op>> sending = ops -> {};
    /** Called before each quorum write that changes nothing. */
    Runnable barrier = () -> {};
    /** Called before each read. */
    Consumer<String> reading = path -> {};
    /** The nodes that this process may not read or list. */
    Predicate<String> unreadable = path -> false;

    private int outstanding;
    /** How many reads waited for their answers at once. */
    int mostOutstanding;
    /** The callbacks of watched reads, by path. */
    final Map<String, Set<Runnable>> watchers = new LinkedHashMap<>();

    TamperedStore(Store inner) {
        super(inner);
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
    protected Session wrap(Session session) {
        return new Tampered(session);
    }

    private final class Tampered extends ForwardingSession {
        Tampered(Session real) {
            super(real);
        }

        @Override
        public CompletableFuture<Optional<Node>> read(String path) {
            reading.accept(path);
            outstanding++;
            mostOutstanding = Math.max(mostOutstanding, outstanding);
            CompletableFuture<Optional<Node>> answer = unreadable.test(path) ? refused(path) : real.read(path);
            return answer.whenComplete((node, failure) -> outstanding--);
        }

        @Override
        public CompletableFuture<Optional<Node>> readAndWatch(String path, Runnable changed) {
            reading.accept(path);
            watchers.computeIfAbsent(path, p -> new LinkedHashSet<>()).add(changed);
            return unreadable.test(path) ? refused(path) : real.readAndWatch(path, changed);
        }

        @Override
        public CompletableFuture<Optional<List<String>>> children(String path) {
            return unreadable.test(path) ? refused(path) : real.children(path);
        }

        private <T> CompletableFuture<T> refused(String path) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            loop().execute(() -> answer.completeExceptionally(
                    new StoreException(StoreException.Kind.NO_AUTH, "no permission to read " + path)));
            return answer;
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
    }
}
