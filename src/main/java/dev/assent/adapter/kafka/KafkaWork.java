package dev.assent.adapter.kafka;

import dev.assent.adapter.RefusedException;
import dev.assent.protocol.BranchId;
import org.apache.kafka.clients.producer.Producer;

/**
 * Does the work of a branch that an initiator sent as a payload: sends records, and consumed offsets where they are part
 * of it. Must be thread-safe. The transaction is begun already, and its end belongs to the adapter: the producer refuses
 * to begin, commit, abort and close. Whether the records arrived is looked at by the adapter, so nothing needs to be
 * waited for; one that failed makes the branch vote NO, also where the work goes on.
 */
@FunctionalInterface
public interface KafkaWork {
    /**
     * Works with {@code producer}; what sends nothing makes the branch vote READ_ONLY.
     *
     * @throws RefusedException if the payload makes no sense or a condition does not hold: the branch votes NO
     */
    void run(Producer<byte[], byte[]> producer, BranchId branch, byte[] payload) throws RefusedException;
}
