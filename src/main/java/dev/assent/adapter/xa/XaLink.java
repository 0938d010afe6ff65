package dev.assent.adapter.xa;

import dev.assent.adapter.RefusedException;
import dev.assent.participant.EnlistedBranch;
import dev.assent.protocol.BranchId;
import java.util.Optional;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;

/**
 * One XA connection: its resource manager's side, and what the work uses. Nothing but {@link #release} and {@link
 * #breakOff} may be called by two threads at once.
 *
 * @param <B> what a service that enlisted works with
 */
interface XaLink<B> extends AutoCloseable {
    /** The resource manager, the same for the connection's life. */
    XAResource resource() throws XAException;

    /** Does the work that a payload says, inside the branch that was started here. */
    void work(BranchId branch, byte[] payload) throws Exception;

    /** What a service works with, inside the branch that was started here. */
    B handOut(EnlistedBranch branch);

    /** Refuses the work any further call. */
    void release();

    /** The first failure of a call of the work, also where the work went on as if nothing had happened. */
    Optional<Exception> failure();

    /** Whether the work may have changed anything; false only where that is certain. */
    boolean changed();

    /** Why what the work did would not be safe once it is prepared; nothing where nothing speaks against it. */
    Optional<String> objection() throws Exception;

    /** Ends the connection also while another thread waits on it: what is not prepared is rolled back for it. */
    void breakOff();

    @Override
    void close();

    /** Opens connections. Thread-safe. */
    interface Source<L extends XaLink<?>> {
        L open() throws Exception;

        /**
         * Whether there is work for a payload.
         *
         * @throws RefusedException if there is none, with the reason
         */
        void requireWork() throws RefusedException;
    }
}
