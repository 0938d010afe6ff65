package dev.assent.adapter.kafka;

import java.time.Duration;
import org.apache.kafka.clients.admin.TransactionState;

/**
 * What the transaction coordinator holds under a branch's transactional id. Immutable.
 *
 * @param epoch grows with each initialization and each end, whoever caused it
 * @param timeout after which the broker aborts, from the first thing sent
 */
record Standing(TransactionState state, long producerId, int epoch, Duration timeout) {
    /** The epoch that {@link Transactions#claim} makes. */
    static final int CLAIMED = 0;
    /** The epoch in which a branch works: the first one after its claim, if nobody came in between. */
    static final int WORKING = 1;
    /** The epoch that the commit of a branch makes. */
    static final int COMMITTED = 2;

    /** Whether this is what a claim and one initialization after it leave, and nobody else came. */
    boolean workingFor(long claimed) {
        return producerId == claimed && epoch == WORKING;
    }

    @Override
    public String toString() {
        return state + " of producer " + producerId + " in epoch " + epoch;
    }
}
