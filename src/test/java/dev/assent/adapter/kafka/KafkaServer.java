package dev.assent.adapter.kafka;

import dev.assent.Await;
import dev.assent.adapter.contract.ResourceLab;
import dev.assent.adapter.contract.ServerProcess;
import dev.assent.zookeeper.ZooKeeperProcesses;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A real Kafka broker that can be killed. Not thread-safe. */
public final class KafkaServer implements ResourceLab.Server, Closeable {
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

    String address() {
        return "127.0.0.1:" + ports.get(0);
    }

    /** What every client of it needs. */
    public Map<String, Object> clientSettings() {
        return clientSettings(address());
    }

    static Map<String, Object> clientSettings(String address) {
        return new HashMap<>(Map.of("bootstrap.servers", address, "reconnect.backoff.max.ms", 200));
    }

    public void createTopic(String name, int partitions) throws Exception {
        try (Admin admin = Admin.create(clientSettings())) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .get();
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
