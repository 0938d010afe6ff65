package dev.assent.adapter.kafka;

import dev.assent.participant.EnlistedBranch;
import dev.assent.protocol.BranchId;
import org.apache.kafka.clients.producer.Producer;

/**
 * A branch that a service works in: send with {@link #producer()}, then the token to the initiator. The transaction's end
 * comes from its decision, so the producer refuses to begin, commit, abort and close. For one thread at a time.
 */
public final class KafkaBranch {
    private final EnlistedBranch enlisted;
    private final BranchProducer producer;

    KafkaBranch(EnlistedBranch enlisted, BranchProducer producer) {
        this.enlisted = enlisted;
        this.producer = producer;
    }

    /** The producer to work with. Every call fails once the branch is being prepared or has ended. */
    public Producer<byte[], byte[]> producer() {
        return producer;
    }

    /** Names the branch: the producer's transactional id. */
    public BranchId id() {
        return enlisted.branch();
    }

    /** To be sent to the initiator, which commits with it. */
    public String token() {
        return enlisted.token();
    }
}
