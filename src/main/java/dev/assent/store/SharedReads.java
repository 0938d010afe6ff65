package dev.assent.store;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Readings of znodes that several transactions share: one for all who ask in one turn of the loop. It is sent after that
 * turn, so it sees whatever any of them was told before. Thread-safe.
 */
final class SharedReads {
    /** A reading that is on its way, and who wants to know of the next change. */
    private static final class Reading {
        final CompletableFuture<SharedNode> answer = new CompletableFuture<>();
        final Set<Runnable> hints = new LinkedHashSet<>();
    }

    /** What was just read, and those who ask for it meanwhile. */
    private record Fresh(SharedNode node, Reading reading) {}

    /** Tells all who wait for a change of one znode; equal for the same znode, so that the store holds it once. */
    private record Waiters(SharedReads reads, String znode) implements Runnable {
        @Override
        public void run() {
            reads.changed(znode);
        }
    }

    private final Session session;
    private final Loop loop;
    private final KnownNodes known;
    private final Map<String, Reading> asked = new LinkedHashMap<>(); // guarded by this
    private final Map<String, Reading> askedWithHint = new LinkedHashMap<>(); // guarded by this
    private final Map<String, Fresh> fresh = new LinkedHashMap<>(); // guarded by this
    private final Map<String, Set<Runnable>> waiting = new LinkedHashMap<>(); // guarded by this

    SharedReads(Session session, Loop loop, KnownNodes known) {
        this.session = session;
        this.loop = loop;
        this.known = known;
    }

    CompletableFuture<SharedNode> read(String znode) {
        return join(asked, znode, Optional.empty()).answer;
    }

    /** As {@link #read}, and runs {@code changed} at most once when the znode changes after this reading. */
    CompletableFuture<SharedNode> readAndWatch(String znode, Runnable changed) {
        return join(askedWithHint, znode, Optional.of(changed)).answer;
    }

    /** Runs {@code task}, and answers what it asks about {@code znode} by {@code node}, which was just read. */
    void whileFresh(String znode, SharedNode node, Runnable task) {
        Reading reading = new Reading();
        synchronized (this) {
            fresh.put(znode, new Fresh(node, reading));
        }
        try {
            task.run();
        } finally {
            synchronized (this) {
                // Whoever asks in a later turn may have heard of something newer.
                fresh.remove(znode);
            }
            loop.execute(() -> reading.answer.complete(node));
        }
    }

    /** Whether anything was just read. */
    synchronized boolean fresh() {
        return !fresh.isEmpty();
    }

    /** The znode, if it was just read. */
    synchronized Optional<SharedNode> shown(String znode) {
        return Optional.ofNullable(fresh.get(znode)).map(Fresh::node);
    }

    private synchronized Reading join(Map<String, Reading> open, String znode, Optional<Runnable> hint) {
        Fresh shown = hint.isEmpty() && !fresh.isEmpty() ? fresh.get(znode) : null;
        Reading reading = shown != null ? shown.reading() : open.get(znode);
        if (reading == null) {
            Reading first = new Reading();
            open.put(znode, first);
            loop.execute(() -> send(open, znode, first, hint.isPresent()));
            reading = first;
        }
        hint.ifPresent(reading.hints::add);
        return reading;
    }

    private void send(Map<String, Reading> open, String znode, Reading reading, boolean watch) {
        synchronized (this) {
            open.remove(znode);
        }
        CompletableFuture<Optional<Node>> read =
                watch ? session.readAndWatch(znode, new Waiters(this, znode)) : session.read(znode);
        var unused = read.whenComplete((node, failure) -> {
            if (failure != null) {
                reading.answer.completeExceptionally(PackedSession.cause(failure));
                return;
            }
            SharedNode found = SharedNode.of(znode, node);
            known.saw(znode, found);
            // Only now: a hint before this answer is about what the answer shows already.
            wait(znode, reading.hints);
            reading.answer.complete(found);
        });
    }

    private synchronized void wait(String znode, Set<Runnable> hints) {
        if (!hints.isEmpty()) {
            waiting.computeIfAbsent(znode, key -> new LinkedHashSet<>()).addAll(hints);
        }
    }

    private void changed(String znode) {
        Set<Runnable> told;
        synchronized (this) {
            told = waiting.remove(znode);
        }
        if (told != null) {
            told.forEach(this::tell);
        }
    }

    /** A defect in one of those who are told harms no other (rule 12); the loop reports it. */
    void tell(Runnable hint) {
        try {
            hint.run();
        } catch (RuntimeException e) {
            loop.execute(() -> {
                throw e;
            });
        }
    }
}
