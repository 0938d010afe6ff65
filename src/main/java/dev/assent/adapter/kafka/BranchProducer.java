package dev.assent.adapter.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.KafkaMetric;

/**
 * The producer of one branch as its work sees it: it can send, and nothing that ends the transaction. Remembers the first
 * failure, also where the work goes on as if nothing had happened, and when the broker's clock may have started.
 * Thread-safe.
 */
final class BranchProducer implements Producer<byte[], byte[]> {
    private final Producer<byte[], byte[]> real;
    private final long producerId;
    private final ReentrantReadWriteLock calls = new ReentrantReadWriteLock();
    private volatile boolean begun;
    private volatile boolean over;
    private volatile Exception failure;
    private volatile OptionalLong firstUse = OptionalLong.empty();

    BranchProducer(Producer<byte[], byte[]> real, long producerId) {
        this.real = real;
        this.producerId = producerId;
    }

    long producerId() {
        return producerId;
    }

    /** Initializes and begins the transaction. */
    void begin() {
        real.initTransactions();
        real.beginTransaction();
    }

    /** The coordinator showed the transaction's epoch as the branch's own: there is something to work with. */
    void ready() {
        begun = true;
    }

    boolean begun() {
        return begun;
    }

    /** The {@code System.nanoTime} before the first thing that was sent; nothing where nothing was. */
    OptionalLong firstUse() {
        return firstUse;
    }

    /** Refuses the work any further call. Does not wait. */
    void release() {
        over = true;
    }

    /** Waits for calls that had begun before {@link #release}, and until everything sent was answered. */
    Optional<Exception> finish() {
        calls.writeLock().lock();
        try {
            real.flush();
        } catch (RuntimeException e) {
            note(e);
        } finally {
            calls.writeLock().unlock();
        }
        return Optional.ofNullable(failure);
    }

    /** Ends the producer and leaves its transaction as it is: an orderly close would abort it. */
    void abandon() {
        release();
        real.close(Duration.ZERO);
    }

    private <T> T call(Supplier<T> body) {
        // Never waits for finish(): a callback that sends runs on the thread that finish() waits for.
        if (over || !calls.readLock().tryLock()) {
            throw ended();
        }
        try {
            if (over) {
                throw ended();
            }
            return body.get();
        } finally {
            calls.readLock().unlock();
        }
    }

    private <T> T work(Supplier<T> body) {
        return call(() -> {
            synchronized (this) {
                if (firstUse.isEmpty()) {
                    firstUse = OptionalLong.of(System.nanoTime());
                }
            }
            try {
                return body.get();
            } catch (RuntimeException e) {
                note(e);
                throw e;
            }
        });
    }

    private synchronized void note(Exception e) {
        if (e != null && failure == null) {
            failure = e;
        }
    }

    private static IllegalStateException ended() {
        return new IllegalStateException("the branch of this producer is being prepared or has ended");
    }

    private static IllegalStateException refused(String what) {
        return new IllegalStateException(
                what + " is not for the work of a branch: its transaction ends with the global decision");
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        return send(record, null);
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        return work(() -> real.send(record, (metadata, exception) -> {
            note(exception);
            if (callback != null) {
                callback.onCompletion(metadata, exception);
            }
        }));
    }

    @Override
    public void sendOffsetsToTransaction(
            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata groupMetadata) {
        if (offsets.isEmpty()) {
            // Nothing is sent for it.
            return;
        }
        work(() -> {
            real.sendOffsetsToTransaction(offsets, groupMetadata);
            return null;
        });
    }

    @Override
    public void flush() {
        call(() -> {
            real.flush();
            return null;
        });
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
        return call(() -> real.partitionsFor(topic));
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        return real.metrics();
    }

    @Override
    public Uuid clientInstanceId(Duration timeout) {
        return call(() -> real.clientInstanceId(timeout));
    }

    @Override
    public void registerMetricForSubscription(KafkaMetric metric) {
        real.registerMetricForSubscription(metric);
    }

    @Override
    public void unregisterMetricFromSubscription(KafkaMetric metric) {
        real.unregisterMetricFromSubscription(metric);
    }

    @Override
    public void initTransactions() {
        throw refused("initTransactions");
    }

    @Override
    public void beginTransaction() {
        throw refused("beginTransaction");
    }

    @Override
    public void commitTransaction() {
        throw refused("commitTransaction");
    }

    @Override
    public void abortTransaction() {
        throw refused("abortTransaction");
    }

    @Override
    public void close() {
        throw refused("close");
    }

    @Override
    public void close(Duration timeout) {
        throw refused("close");
    }
}
