package dev.assent.zookeeper;

import dev.assent.store.Loop;
import dev.assent.store.Op;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What the sessions of one store share: where its root is, the loop that answers are delivered on, and which answers
 * are owed. Thread-safe.
 */
final class Link {
    /** Kept from the servers' bound for what surrounds the operations in a request. */
    private static final int MARGIN_BYTES = 4 * 1024;

    private final Chroot chroot;
    private final Acls acls;
    private final Loop loop;
    private final int maxRequestBytes;
    private final int prefixBytes;
    private final Set<Answer<?>> owed = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Link(Chroot chroot, Acls acls, Loop loop, int maxRequestBytes) {
        this.chroot = chroot;
        this.acls = acls;
        this.loop = loop;
        this.maxRequestBytes = maxRequestBytes - MARGIN_BYTES;
        this.prefixBytes = chroot.prefix().getBytes(StandardCharsets.UTF_8).length;
    }

    Chroot chroot() {
        return chroot;
    }

    Acls acls() {
        return acls;
    }

    Loop loop() {
        return loop;
    }

    int maxRequestBytes() {
        return maxRequestBytes;
    }

    /** An upper estimate of what {@code operation} takes in a request as it is sent. */
    long bytes(Op operation) {
        return (long) operation.estimatedBytes() + prefixBytes + Acls.BYTES;
    }

    boolean closed() {
        return closed;
    }

    /** From now on nothing is asked of ZooKeeper any more. */
    void close() {
        closed = true;
    }

    /** Whether answers were promised that are not delivered yet. */
    boolean owes() {
        return !owed.isEmpty();
    }

    /** Answers what is still owed: for a store whose loop has ended. */
    void giveUp() {
        owed.forEach(Answer::giveUp);
    }

    /**
     * A new promise. Whoever makes it looks at {@link #closed} afterwards, and whoever closes looks at what is owed
     * afterwards: one of them sees the other.
     *
     * @param unanswered completes the future where no answer can come any more
     */
    <T> Answer<T> promise(Consumer<CompletableFuture<T>> unanswered) {
        Answer<T> answer = new Answer<>(this, unanswered);
        owed.add(answer);
        return answer;
    }

    /** One promised answer: a future that completes on the loop, whoever completes it. */
    static final class Answer<T> {
        private final Link link;
        private final Consumer<CompletableFuture<T>> unanswered;
        private final CompletableFuture<T> future = new CompletableFuture<>();

        private Answer(Link link, Consumer<CompletableFuture<T>> unanswered) {
            this.link = link;
            this.unanswered = unanswered;
        }

        CompletableFuture<T> future() {
            return future;
        }

        /** To be called once, or one of the others instead; on ZooKeeper's own thread, which may run what follows. */
        void give(T value) {
            link.loop.deliver(delivery(() -> future.complete(value)));
        }

        /** As {@link #give}. */
        void fail(RuntimeException cause) {
            link.loop.deliver(delivery(() -> future.completeExceptionally(cause)));
        }

        /** As {@link #give}, on whatever thread asked. */
        void giveLater(T value) {
            link.loop.execute(delivery(() -> future.complete(value)));
        }

        /** As {@link #giveLater}. */
        void failLater(RuntimeException cause) {
            link.loop.execute(delivery(() -> future.completeExceptionally(cause)));
        }

        /** Completes at once, on this thread: the store is closed, its loop may have ended. */
        void giveUp() {
            link.owed.remove(this);
            unanswered.accept(future);
        }

        private Runnable delivery(Runnable completion) {
            return () -> {
                link.owed.remove(this);
                completion.run();
            };
        }
    }
}
