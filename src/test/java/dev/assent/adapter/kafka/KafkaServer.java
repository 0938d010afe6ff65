package dev.assent.adapter.kafka;

import dev.assent.Await;
import dev.assent.adapter.contract.ResourceLab;
import dev.assent.adapter.contract.ServerProcess;
import dev.assent.zookeeper.ZooKeeperProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A real Kafka broker that can be killed. Not thread-safe. */
public final class KafkaServer implements ResourceLab.Server {
    private static final Set<TransactionState> OPEN = EnumSet.of(
            TransactionState.ONGOING,
            TransactionState.PREPARE_COMMIT,
            TransactionState.PREPARE_ABORT,
            TransactionState.PREPARE_EPOCH_FENCE,
            TransactionState.UNKNOWN);

    private final Path directory;
    private final List<Integer> ports;
    private final List<String> settings;
    private ServerProcess host;

    private KafkaServer(Path directory, List<Integer> ports, List<String> settings) {
        this.directory = directory;
        this.ports = ports;
        this.settings = settings;
    }

    /** Starts one on an empty directory, with settings besides those it needs anyway. */
    public static KafkaServer start(Path directory, String... settings) throws Exception {
        KafkaServer server = new KafkaServer(directory, ZooKeeperProcesses.freePorts(2), List.of(settings));
        server.launch();
        return server;
    }

    private void launch() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                directory.resolve("data").toString(), Integer.toString(ports.get(0)), Integer.toString(ports.get(1))));
        arguments.addAll(settings);
        host = ServerProcess.start(
                        List.of("-Xmx384m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
                        KafkaProcess.class,
                        arguments.toArray(String[]::new))
                .process();
    }

    public String address() {
        return "127.0.0.1:" + ports.get(0);
    }

    /** What every client of it needs. */
    public Map<String, Object> clientSettings() {
        return clientSettings(address());
    }

    public static Map<String, Object> clientSettings(String address) {
        return new HashMap<>(Map.of("bootstrap.servers", address, "reconnect.backoff.max.ms", 200));
    }

    public void createTopic(String name, int partitions) throws Exception {
        try (Admin admin = Admin.create(clientSettings())) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .get();
        }
    }

    /** What consumers of committed records see of some partitions of {@code topic}, or of all of them where none is named. */
    public List<ConsumerRecord<byte[], byte[]>> committed(String topic, Integer... numbers) {
        Map<String, Object> settings = clientSettings();
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", false);
        settings.put("fetch.max.wait.ms", 10);
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Stream<Integer> chosen = numbers.length > 0
                    ? Stream.of(numbers)
                    : consumer.partitionsFor(topic).stream().map(PartitionInfo::partition);
            List<TopicPartition> partitions =
                    chosen.map(number -> new TopicPartition(topic, number)).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
            }
        }
        return found;
    }

    /** The transactional ids that begin with {@code prefix} and have a transaction that is neither committed nor aborted. */
    public List<String> openTransactions(String prefix) throws Exception {
        try (Admin admin = Admin.create(clientSettings())) {
            return admin.listTransactions().all().get().stream()
                    .filter(each -> each.transactionalId().startsWith(prefix))
                    .filter(each -> OPEN.contains(each.state()))
                    .map(TransactionListing::transactionalId)
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void kill() throws InterruptedException {
        host.kill();
    }

    @Override
    public void restart() throws Exception {
        launch();
        try (Admin admin = Admin.create(clientSettings())) {
            Await.until("the broker takes part in its cluster", Duration.ofSeconds(60), () -> {
                try {
                    return !admin.describeCluster().nodes().get().isEmpty();
                } catch (ExecutionException e) {
                    return false;
                }
            });
        }
    }

    @Override
    public void close() throws IOException {
        host.close();
    }
}
