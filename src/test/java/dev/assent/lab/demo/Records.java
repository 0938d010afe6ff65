package dev.assent.lab.demo;

import dev.assent.adapter.kafka.KafkaServer;
import dev.assent.protocol.BranchId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * A Kafka record for each transfer, with its transaction's id as the key. Immutable; thread-safe.
 *
 * @param name its name as a participant
 * @param server the broker
 */
record Records(String name, KafkaServer server) implements Journal {
    static final String TOPIC = "transfers";
    static final int PARTITIONS = 4;

    /** The work of a branch. */
    static void send(Producer<byte[], byte[]> producer, BranchId branch, byte[] payload) {
        byte[] key = branch.transaction().toString().getBytes(StandardCharsets.UTF_8);
        // Whether it arrived is looked at by the adapter.
        Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(TOPIC, key, payload));
    }

    @Override
    public List<Entry> entries() {
        return server.committed(TOPIC).stream()
                .map(each -> new Entry(
                        new String(each.key(), StandardCharsets.UTF_8),
                        new String(each.value(), StandardCharsets.UTF_8)))
                .toList();
    }
}
