package dev.assent.zookeeper;

import dev.assent.store.Loop;
import dev.assent.store.Op;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the sessions of one store share: where its root is, the loop that answers are delivered on, and how many answers
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
    private final AtomicInteger owed = new AtomicInteger();
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

    /** How many answers were promised and not delivered yet. */
    int owed() {
        return owed.get();
    }

    /**
     * A new promise. Whoever makes it looks at {@link #closed} afterwards, and whoever closes looks at {@link #owed}
     * afterwards: one of them sees the other.
     */
    <T> Answer<T> promise() {
        owed.incrementAndGet();
        return new Answer<>(this);
    }

    /** One promised answer: a future that completes on the loop, whoever completes it. */
    static final class Answer<T> {
        private final Link link;
        private final CompletableFuture<T> future = new CompletableFuture<>();

        private Answer(Link link) {
            this.link = link;
        }

        CompletableFuture<T> future() {
            return future;
        }

        /** To be called once, or {@link #fail} instead. */
        void give(T value) {
            deliver(() -> future.complete(value));
        }

        void fail(RuntimeException cause) {
            deliver(() -> future.completeExceptionally(cause));
        }

        /** As {@link #give}, at once: for a store that is closed, whose loop may have ended. */
        CompletableFuture<T> giveNow(T value) {
            settle(() -> future.complete(value));
            return future;
        }

        /** As {@link #fail}, at once. */
        CompletableFuture<T> failNow(RuntimeException cause) {
            settle(() -> future.completeExceptionally(cause));
            return future;
        }

        private void deliver(Runnable completion) {
            link.loop.execute(() -> settle(completion));
        }

        private void settle(Runnable completion) {
            link.owed.decrementAndGet();
            completion.run();
        }
    }
}
