package dev.assent.adapter.kafka;

import dev.assent.adapter.contract.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/** Hosts a Kafka broker on a data directory. Arguments: data directory, port, the controller's port, settings. */
final class KafkaProcess {
    private KafkaProcess() {}

    public static void main(String[] args) throws Exception {
        Path data = Path.of(args[0]);
        Properties properties = settings(data, args[1], args[2]);
        for (String setting : List.of(args).subList(3, args.length)) {
            int equals = setting.indexOf('=');
            properties.setProperty(setting.substring(0, equals), setting.substring(equals + 1));
        }
        if (Files.notExists(data)) {
            format(data, properties);
        }
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
        server.startup();
        ServerProcess.serve(args[1]);
        Runtime.getRuntime().halt(0);
    }

    private static void format(Path data, Properties properties) throws Exception {
        Path file = data.resolveSibling("server.properties");
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, "");
        }
        int code = StorageTool.execute(
                new String[] {"format", "--cluster-id", Uuid.randomUuid().toString(), "--config", file.toString()},
                System.out);
        if (code != 0) {
            throw new IllegalStateException("the storage tool ended with " + code);
        }
    }

    private static Properties settings(Path data, String port, String controllerPort) {
        Properties properties = new Properties();
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", "1");
        properties.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        properties.setProperty("controller.listener.names", "CONTROLLER");
        properties.setProperty(
                "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.setProperty("log.dirs", data.toString());
        properties.setProperty("auto.create.topics.enable", "false");
        properties.setProperty("offsets.topic.replication.factor", "1");
        properties.setProperty("offsets.topic.num.partitions", "1");
        properties.setProperty("transaction.state.log.replication.factor", "1");
        properties.setProperty("transaction.state.log.min.isr", "1");
        properties.setProperty("transaction.state.log.num.partitions", "3");
        properties.setProperty("transaction.abort.timed.out.transaction.cleanup.interval.ms", "100");
        properties.setProperty("group.initial.rebalance.delay.ms", "0");
        properties.setProperty("broker.session.timeout.ms", "1000");
        properties.setProperty("broker.heartbeat.interval.ms", "200");
        properties.setProperty("log.cleaner.dedupe.buffer.size", "4194304");
        return properties;
    }
}
