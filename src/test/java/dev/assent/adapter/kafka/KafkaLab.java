package dev.assent.adapter.kafka;

import dev.assent.adapter.RefusedException;
import dev.assent.adapter.contract.ResourceLab;
import dev.assent.adapter.contract.ServerProcess;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import java.io.Closeable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka in the contract suite: one broker for all tests of a JVM. */
final class KafkaLab implements ResourceLab {
    static final String TOPIC = "seen";
    static final Duration PROMISE = Duration.ofMinutes(10);
    private static final String FOREIGN_TOPIC = "foreign";
    private static final int PARTITIONS = 16;
    private static final int TOO_LARGE = 2_000_000;
    /** Those that change something at the broker: dying after another is dying after the last of these. */
    private static final Set<String> STEPS = Set.of("claim", "fence", "end", "initTransactions", "flush");

    private static KafkaLab shared;

    private final KafkaServer server;
    private final ConcurrentLinkedDeque<Closeable> opened = new ConcurrentLinkedDeque<>();
    private final AtomicInteger foreigners = new AtomicInteger();

    private KafkaLab(KafkaServer server) {
        this.server = server;
    }

    static synchronized KafkaLab shared() throws Exception {
        if (shared == null) {
            AtomicReference<KafkaServer> started = new AtomicReference<>();
            Path directory = ServerProcess.directory("kafka", started::get);
            started.set(KafkaServer.start(directory, "transaction.max.timeout.ms=3600000"));
            started.get().createTopic(TOPIC, PARTITIONS);
            started.get().createTopic(FOREIGN_TOPIC, 1);
            shared = new KafkaLab(started.get());
        }
        return shared;
    }

    KafkaServer kafka() {
        return server;
    }

    static KafkaBuilder builder(Map<String, Object> settings) {
        return KafkaResource.over(settings).work(KafkaLab::work).promise(PROMISE);
    }

    /** Each word adds a record, but {@code !refuse}, and {@code !fail}, which adds one that is too large. */
    private static void work(Producer<byte[], byte[]> producer, BranchId branch, byte[] payload)
            throws RefusedException {
        for (String word : new String(payload, StandardCharsets.UTF_8).split(" ", -1)) {
            switch (word) {
                case "" -> {}
                case "!refuse" -> throw new RefusedException("refused as it was asked to");
                case "!fail" -> send(producer, tooLarge());
                default -> send(producer, record(word));
            }
        }
    }

    /** Sends without waiting: whether it arrived is looked at by others. */
    static void send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        Future<RecordMetadata> unused = producer.send(record);
    }

    /** One that no broker takes. */
    static ProducerRecord<byte[], byte[]> tooLarge() {
        return new ProducerRecord<>(TOPIC, partition("fail"), new byte[0], new byte[TOO_LARGE]);
    }

    static ProducerRecord<byte[], byte[]> record(String key) {
        return new ProducerRecord<>(TOPIC, partition(key), bytes(key), bytes(key));
    }

    private static int partition(String key) {
        return Math.floorMod(key.hashCode(), PARTITIONS);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Calls back after each step that reached the broker. */
    static KafkaResource stepping(KafkaBuilder builder, Runnable step) throws Exception {
        return observed(builder, method -> {
            if (STEPS.contains(method)) {
                step.run();
            }
        });
    }

    /** Who is told of the calls that have returned. */
    interface Observer {
        void returned(String method) throws Exception;
    }

    static KafkaResource observed(KafkaBuilder builder, Observer observer) throws Exception {
        @SuppressWarnings("unchecked")
        UnaryOperator<Producer<byte[], byte[]>> producers = real -> observed(Producer.class, real, observer);
        return builder.open(real -> observed(Transactions.class, real, observer), producers);
    }

    private static <T> T observed(Class<T> type, T real, Observer observer) {
        return type.cast(Proxy.newProxyInstance(
                KafkaLab.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(real, arguments);
                        observer.returned(method.getName());
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Override
    public Resource open() throws Exception {
        return open(builder(server.clientSettings()));
    }

    KafkaResource open(KafkaBuilder builder) throws Exception {
        KafkaResource resource = builder.open();
        opened.add(resource);
        return resource;
    }

    /** Gives up what the tests of a class opened. */
    void closeOpened() throws Exception {
        for (Closeable each = opened.poll(); each != null; each = opened.poll()) {
            each.close();
        }
    }

    /** In another process. */
    public static final class Elsewhere implements ResourceOpener {
        @Override
        public Resource open(List<String> arguments, Runnable step) throws Exception {
            return stepping(builder(KafkaServer.clientSettings(arguments.get(0))), step);
        }
    }

    @Override
    public Opener opener() {
        return new Opener(Elsewhere.class, List.of(server.address()));
    }

    @Override
    public byte[] adding(String key) {
        return bytes(key);
    }

    @Override
    public int seen(String key) {
        return Math.toIntExact(server.committed(TOPIC, partition(key)).stream()
                .filter(each -> new String(each.key(), StandardCharsets.UTF_8).equals(key))
                .count());
    }

    @Override
    public Optional<byte[]> refused() {
        return Optional.of(bytes("refused !refuse"));
    }

    @Override
    public Optional<byte[]> reading() {
        return Optional.of(bytes(""));
    }

    @Override
    public Optional<byte[]> failingInBetween(String key) {
        return Optional.of(bytes(key + " !fail"));
    }

    @Override
    public Optional<byte[]> locking(String key, String first, String second) {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> disconnecting(String key) {
        return Optional.empty();
    }

    @Override
    public Optional<Foreign> foreign() {
        String id = "assent_somebody-elses-" + foreigners.incrementAndGet();
        Producer<byte[], byte[]> producer = producer(id);
        producer.initTransactions();
        producer.beginTransaction();
        send(producer, new ProducerRecord<>(FOREIGN_TOPIC, bytes(id)));
        producer.flush();
        return Optional.of(new Foreign() {
            private boolean ended;

            @Override
            public boolean stillThere() {
                producer.commitTransaction();
                ended = true;
                return true;
            }

            @Override
            public void remove() {
                if (!ended) {
                    producer.abortTransaction();
                }
                producer.close();
            }
        });
    }

    /** A producer of somebody who knows nothing of branches. */
    Producer<byte[], byte[]> producer(String transactionalId) {
        Map<String, Object> settings = new HashMap<>(server.clientSettings());
        settings.put("transactional.id", transactionalId);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Optional<Server> server() {
        return Optional.of(server);
    }
}
