/**
 * Kafka as a participant, by one transactional id for each branch. Start at {@link KafkaResource}. May import {@code
 * adapter}, {@code participant}, {@code store} and {@code protocol}.
 */
package dev.assent.adapter.kafka;
