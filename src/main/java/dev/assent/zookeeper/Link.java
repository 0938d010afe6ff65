package dev.assent.zookeeper;

import dev.assent.store.Loop;
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
    private final AtomicInteger owed = new AtomicInteger();
    private volatile boolean closed;

    Link(Chroot chroot, Acls acls, Loop loop, int maxRequestBytes) {
        this.chroot = chroot;
        this.acls = acls;
        this.loop = loop;
        this.maxRequestBytes = maxRequestBytes - MARGIN_BYTES;
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

        private void deliver(Runnable completion) {
            link.loop.execute(() -> {
                link.owed.decrementAndGet();
                completion.run();
            });
        }
    }
}
