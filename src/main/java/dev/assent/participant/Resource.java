package dev.assent.participant;

import dev.assent.protocol.BranchId;
import java.util.Collection;
import java.util.UUID;

/**
 * What a participant guards: a database, a queue, files. To be implemented by whoever embeds Assent, or taken from
 * {@code dev.assent.adapter}.
 *
 * <p>Calls arrive on the participant's bounded pool, may block, and must be thread-safe. Every call may be repeated,
 * also concurrently, also by another process on the same resource, also after a crash at any point: a repeated call must
 * have the same effect as one. A call that throws anything but {@link HeuristicException} says "unknown" and is repeated
 * with growing pauses.
 */
public interface Resource {
    /** What kind of resource this is, for people: {@code file}, {@code postgresql}. Matches {@code [a-z0-9-]{1,32}}. */
    String kind();

    /**
     * Tells this resource from every other one, the same in each process that reaches the same data and unchanged by a
     * restart: only an instance on the same identity finishes a vote (rule 4). At most 200 characters.
     */
    String identity();

    /**
     * Does the work and makes it durable without making it visible, or refuses. Locks may be held until the second
     * phase. After a NO nothing of the branch may be left. A throw means that something may be prepared: the
     * participant votes NO and calls {@link #rollback} afterwards.
     *
     * @param payload what the initiator sent; empty for enlisted work, which was done before under this branch
     */
    Prepared prepare(BranchId branch, byte[] payload) throws Exception;

    /**
     * Makes a prepared branch visible. Returns only once it is durable, with positive evidence: that the branch is
     * unknown is none (rule 4).
     *
     * @throws HeuristicException if there is evidence that the branch was rolled back or lost
     */
    void commit(BranchId branch) throws Exception;

    /**
     * Takes a branch back, prepared or not. An unknown branch is a success, and a late {@link #prepare} of the same
     * branch must not leave anything behind.
     *
     * @throws HeuristicException if there is evidence that the branch was committed
     */
    void rollback(BranchId branch) throws Exception;

    /**
     * Every branch of {@code participant} of which this resource holds anything, prepared or not, of every attempt and
     * every process (rule 5). Foreign branches are left out.
     */
    Collection<BranchId> recover(String participant) throws Exception;

    /**
     * Says that no record of {@code installation} in a generation below {@code generation} exists or can exist any more:
     * every branch of those that was committed is acknowledged (rules 4 and 6), so a resource that keeps evidence of
     * ended branches may drop it. Branches that it still holds are not touched. Called now and then, mostly with what
     * was said before.
     *
     * <p>The bound takes the place of what is dropped and has to be durable before: a prepare or a one-phase commit of
     * such a generation that arrives late, from a process that hung, must still be refused, or a dropped fence would let
     * it through after its ABORT was decided.
     */
    default void forgetBefore(UUID installation, long generation) throws Exception {}
}
