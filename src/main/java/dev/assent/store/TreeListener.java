package dev.assent.store;

/** Who is told what happens in a part of the tree: hints, which may be lost (rule 7). */
@FunctionalInterface
public interface TreeListener {
    /** What happened to a node. */
    enum Change {
        CREATED,
        SET,
        DELETED
    }

    /** The node at {@code path} changed, or may have. Called on the loop. */
    void hint(String path, Change change);

    /**
     * Whether a hint about the znode at {@code path} would lead to anything: one that would not costs a thread's waking, and
     * a reading where transactions share the znode. Asked once for each change, on any thread; quick, and of its arguments
     * alone.
     */
    default boolean concerns(String path, Change change) {
        return true;
    }
}
