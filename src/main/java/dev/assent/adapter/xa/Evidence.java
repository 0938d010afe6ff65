package dev.assent.adapter.xa;

import dev.assent.adapter.jdbc.BranchTable.Standing;
import dev.assent.protocol.BranchId;
import java.util.UUID;

/**
 * What a resource keeps of branches that ended: XA itself forgets a branch with its commit, and answers the same to a
 * branch that it committed and to one that it lost. Thread-safe; each link is used by one thread.
 *
 * @param <L> the connections that it works on, outside any branch unless said otherwise
 */
interface Evidence<L> {
    /** What keeps it, for messages. */
    String keeper();

    /** To be called before a branch of the installation is started. */
    void expect(L link, UUID installation) throws Exception;

    /** Writes the proof of commit inside the branch that is started on {@code link}. */
    void mark(L link, BranchId branch) throws Exception;

    /** What is known of a branch that is not prepared. */
    Standing standing(L link, BranchId branch) throws Exception;

    /** Whether the evidence of the branch's generation may have been dropped. */
    boolean forgotten(L link, BranchId branch) throws Exception;

    /**
     * Whether a branch that was just prepared came too late: fenced or forgotten meanwhile. With {@link #fence} before
     * the listing of what is prepared, one of the two always sees the other.
     */
    boolean tooLate(L link, BranchId branch) throws Exception;

    /** Makes sure that a later prepare is refused, unless the branch committed; durable when it returns. */
    Standing fence(L link, BranchId branch) throws Exception;

    /**
     * Returns once a commit of the branch that some other call had begun has ended: a resource may forget a branch
     * before its commit is durable and its proof can be seen. May throw where that takes too long.
     */
    void settle(L link, BranchId branch) throws Exception;

    /** This process has seen the resource commit the branch. */
    void committed(BranchId branch);

    /** Drops what is below the generation, after the bound that takes its place is durable. */
    void forget(L link, UUID installation, long generation) throws Exception;
}
