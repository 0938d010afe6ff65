package dev.assent.store;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One session with the tree. Everything asked of it is answered by this session or fails: nothing is ever repeated
 * behind the caller's back, least of all on another session. Reads never go backwards within a session, but a new one
 * may be behind what an earlier one saw, until it made a quorum write (rule 5).
 *
 * <p>Futures complete on the store's {@link Loop}. A read that fails completes with a {@link StoreException}; a write
 * always completes with a {@link WriteResult}. Thread-safe.
 */
public interface Session {
    /** Identifies the session in log lines. */
    long id();

    /** Whether the session is known to have ended. */
    boolean ended();

    /** The node at {@code path}, or nothing where there is none. */
    CompletableFuture<Optional<Node>> read(String path);

    /** A node as it was read to give a hint; nothing where there is none. */
    record Shown(Optional<Node> node) {}

    /**
     * The node at {@code path} as it was read to give the hint that is being given now, in this turn of the loop: nothing newer
     * was heard of. Nothing where it was not read for that.
     */
    default Optional<Shown> shown(String path) {
        return Optional.empty();
    }

    /**
     * As {@link #read}, and calls {@code changed} at most once when the node is created, changed or deleted after this
     * read. A hint that may be lost (rule 7).
     */
    CompletableFuture<Optional<Node>> readAndWatch(String path, Runnable changed);

    /** The names of the children of {@code path} in no order, or nothing where there is no such node. */
    CompletableFuture<Optional<List<String>>> children(String path);

    /**
     * All of {@code operations} or none, in one step. A result that is not a success names the first operation that
     * failed; {@link WriteResult.Status#LOST} says that nobody knows, and that it may even happen later.
     */
    CompletableFuture<WriteResult> write(List<Op> operations);

    /**
     * A quorum write that changes nothing: once it succeeded, this session's reads see at least everything that was
     * written before it was sent (rule 5: {@code sync} would not do).
     */
    CompletableFuture<WriteResult> barrier();

    /**
     * Tells {@code listener} of each node that is created, changed or deleted at or below {@code path}, for as long as the
     * session lives or until closed. Hints are lost while disconnected (rule 7).
     *
     * @return completed once the watch is set
     */
    CompletableFuture<Watch> watchTree(String path, TreeListener listener);

    /** A watch that can be taken back. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
