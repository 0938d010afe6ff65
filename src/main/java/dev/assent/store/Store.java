package dev.assent.store;

/**
 * A replicated tree of small, versioned nodes with ZooKeeper's guarantees: linearizable conditional writes, reads that
 * never go backwards within one session, ephemeral nodes, and watches that are hints (rule 7).
 *
 * <p>A store belongs to one {@link Loop}: every listener is called and every future is completed on it, so a role that
 * lives on that loop needs no lock. Methods may be called from any thread.
 *
 * <p>Paths are absolute within the installation: {@code /} is its root, whatever chroot it has in ZooKeeper.
 */
public interface Store extends AutoCloseable {
    /** What a role is told about its connection. All calls arrive on the store's loop, in order. */
    interface SessionListener {
        /**
         * A session can be used: a new one, or the same one after an interruption. Watches may have missed anything:
         * read everything again (rule 7). Called at once for a session that exists when the listener is added.
         */
        void connected(Session session);

        /** The connection is interrupted. The session may still live or may have ended; calls on it fail meanwhile. */
        void suspended();
    }

    /** Adds a listener, for as long as the store is open. */
    void listen(SessionListener listener);

    /**
     * Takes part in the election below {@link Paths#LEADER}. Leadership is a hint about who should write: what fences a
     * deposed leader is the check of the epoch in each of its writes (rule 1).
     *
     * @param id this candidate's id, unique among the running ones
     */
    Leadership campaign(String id, LeadershipListener listener);

    /** The loop that answers are delivered on. */
    Loop loop();

    /** Ends the session in an orderly way; its ephemeral nodes go at once. Idempotent; waits a few seconds at most. */
    @Override
    void close();
}
