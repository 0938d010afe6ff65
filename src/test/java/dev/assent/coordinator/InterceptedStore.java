package dev.assent.coordinator;

import dev.assent.store.ForwardingSession;
import dev.assent.store.ForwardingStore;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.TreeListener;
import dev.assent.store.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A store whose writes, reads and hints a test can hold back or lose. */
final class InterceptedStore extends ForwardingStore {
    /** What becomes of a write. */
    enum Fate {
        PASS,
        /** Not sent before {@link #release}, and not answered before that. */
        HOLD,
        /** Never sent, answered LOST. */
        LOSE,
        /** Sent, answered LOST. */
        LOSE_ANSWER,
        /** Answered LOST at once and sent at {@link #release}. */
        LOSE_AND_SEND_LATE
    }

    private final List<Runnable> held = new ArrayList<>();
    private final List<WriteResult> late = new ArrayList<>();
    private Function<List<Op>, Fate> fates = ops -> Fate.PASS;
    /** Every path whose children were asked for. */
    final List<String> listings = new ArrayList<>();
    /** Every path that was read. */
    final List<String> readings = new ArrayList<>();

    boolean deaf;
    boolean mute;

    InterceptedStore(Store inner) {
        super(inner);
    }

    void fates(Function<List<Op>, Fate> next) {
        fates = next;
    }

    int held() {
        return held.size();
    }

    /** Sends what was held back; the answers of late ones are in {@link #late}. */
    void release() {
        List<Runnable> all = List.copyOf(held);
        held.clear();
        all.forEach(Runnable::run);
    }

    List<WriteResult> late() {
        return late;
    }

    @Override
    protected Session wrap(Session session) {
        return new Intercepted(session);
    }

    private final class Intercepted extends ForwardingSession {
        private Intercepted(Session session) {
            super(session);
        }

        @Override
        public CompletableFuture<Optional<Node>> read(String path) {
            readings.add(path);
            return mute ? new CompletableFuture<>() : real.read(path);
        }

        @Override
        public CompletableFuture<Optional<Node>> readAndWatch(String path, Runnable changed) {
            readings.add(path);
            return real.readAndWatch(path, changed);
        }

        @Override
        public CompletableFuture<Optional<List<String>>> children(String path) {
            listings.add(path);
            return mute ? new CompletableFuture<>() : real.children(path);
        }

        @Override
        public CompletableFuture<WriteResult> write(List<Op> operations) {
            CompletableFuture<WriteResult> answer = new CompletableFuture<>();
            switch (fates.apply(operations)) {
                case PASS -> {
                    return real.write(operations);
                }
                case HOLD ->
                    held.add(() -> {
                        var unused = real.write(operations).thenAccept(result -> {
                            late.add(result);
                            answer.complete(result);
                        });
                    });
                case LOSE -> loop().execute(() -> answer.complete(WriteResult.lost("lost by the test")));
                case LOSE_ANSWER -> {
                    var unused = real.write(operations)
                            .thenAccept(result -> answer.complete(WriteResult.lost("answer lost by the test")));
                }
                case LOSE_AND_SEND_LATE -> {
                    loop().execute(() -> answer.complete(WriteResult.lost("lost by the test")));
                    held.add(() -> {
                        var unused = real.write(operations).thenAccept(late::add);
                    });
                }
            }
            return answer;
        }

        @Override
        public CompletableFuture<Watch> watchTree(String path, TreeListener listener) {
            return real.watchTree(path, (changed, change) -> {
                if (!deaf && listener.concerns(changed, change)) {
                    listener.hint(changed, change);
                }
            });
        }
    }
}
