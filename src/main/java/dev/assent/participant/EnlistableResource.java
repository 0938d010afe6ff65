package dev.assent.participant;

/**
 * A resource in which a service works itself, under a branch that was opened by enlisting, before anybody asks to
 * prepare it.
 *
 * @param <B> what the service works with: a connection, a producer, a session. Belongs to one thread at a time
 */
public interface EnlistableResource<B> extends Resource {
    /**
     * Opens the branch for work. What is done with the result becomes part of the branch: {@link #prepare} with an empty
     * payload prepares it, {@link #rollback} undoes it, also while the service still works. Asked again for
     * a branch that is open, answers the same work.
     *
     * @throws Exception if nothing was opened; the branch is rolled back when its time is over
     */
    B open(EnlistedBranch branch) throws Exception;
}
