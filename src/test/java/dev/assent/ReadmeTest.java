package dev.assent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.adapter.contract.ServerProcess;
import dev.assent.adapter.kafka.KafkaServer;
import dev.assent.adapter.postgresql.PostgresServer;
import dev.assent.coordinator.Coordinator;
import dev.assent.coordinator.CoordinatorConfig;
import dev.assent.protocol.CommitProtocol;
import dev.assent.store.Store;
import dev.assent.zookeeper.ZooKeeperConfig;
import dev.assent.zookeeper.ZooKeeperStores;
import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.ServerConfiguration;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java of README.md compiles as it stands there, and its service does what is said of it on real servers. */
class ReadmeTest {
    private static final String FENCE = "```";
    private static final String SERVICE = "Transaction transaction = assent.begin()";
    /** What the blocks take for given; a block is the body of {@code run}. */
    private static final String HARNESS = """
            import static java.nio.charset.StandardCharsets.UTF_8;

            import dev.assent.*;
            import dev.assent.adapter.jdbc.JdbcBranch;
            import dev.assent.adapter.kafka.*;
            import dev.assent.adapter.postgresql.PostgresqlResource;
            import dev.assent.participant.Resource;
            import java.sql.Statement;
            import java.time.Duration;
            import java.util.Map;
            import java.util.concurrent.Callable;
            import javax.sql.DataSource;
            import org.apache.kafka.clients.producer.ProducerRecord;

            public class NAME implements Callable<Object> {
                private final Assent assent;
                private final DataSource dataSource;
                private final Map<String, Object> kafkaSettings;
                private Resource paymentsResource;
                private byte[] orderBytes, paymentBytes;
                private String transactionId;
                private EnlistingParticipation<JdbcBranch> orders;

                public NAME(Assent assent, DataSource dataSource, Map<String, Object> kafkaSettings) {
                    this.assent = assent;
                    this.dataSource = dataSource;
                    this.kafkaSettings = kafkaSettings;
                }

                public Object call() throws Exception {
            BODY
                }
            }
            """;

    @TempDir
    private Path directory;

    private static List<String> blocks() throws IOException {
        List<String> blocks = new ArrayList<>();
        List<String> block = null;
        for (String line : Files.readAllLines(Path.of("README.md"), UTF_8)) {
            if (line.equals(FENCE + "java")) {
                block = new ArrayList<>();
            } else if (line.equals(FENCE) && block != null) {
                blocks.add(String.join("\n", block));
                block = null;
            } else if (block != null) {
                block.add(line);
            }
        }
        return blocks;
    }

    private Class<?> compile(String name, String block) throws Exception {
        String body = block.contains("return ") ? block : block + "\nreturn null;";
        String program = HARNESS.replace("NAME", name).replace("BODY", body);
        Path source = Files.writeString(directory.resolve(name + ".java"), program);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        List<String> options =
                List.of("-proc:none", "-d", directory.toString(), "-cp", System.getProperty("java.class.path"));
        boolean compiled = compiler.getTask(
                        said,
                        null,
                        null,
                        options,
                        null,
                        compiler.getStandardFileManager(null, null, UTF_8).getJavaFileObjects(source))
                .call();
        assertTrue(compiled, () -> "README.md has\n" + block + "\nwhich does not compile:\n" + said);
        return new URLClassLoader(
                        new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())
                .loadClass(name);
    }

    @Test
    void everyBlockCompiles() throws Exception {
        List<String> blocks = blocks();
        assertEquals(3, blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            compile("Block" + i, blocks.get(i));
        }
    }

    @Test
    void theServiceChangesBothOrNeither() throws Exception {
        String service = blocks().stream()
                .filter(block -> block.contains(SERVICE))
                .findFirst()
                .orElseThrow();
        Class<?> program = compile("Service", service);
        AtomicReference<PostgresServer> postgresql = new AtomicReference<>();
        postgresql.set(PostgresServer.start(
                ServerProcess.directory("readme", postgresql::get), "max_prepared_transactions=9"));
        // Violated only when the branch is prepared: the work itself goes through.
        postgresql.get().run("create table orders (id int unique deferrable initially deferred, what text)");
        AtomicReference<KafkaServer> kafka = new AtomicReference<>();
        kafka.set(KafkaServer.start(ServerProcess.directory("readme-kafka", kafka::get)));
        kafka.get().createTopic("orders", 1);
        try (EmbeddedZooKeeper server =
                        EmbeddedZooKeeper.start(ServerConfiguration.standalone(directory.resolve("zookeeper"), 0));
                Store store = ZooKeeperStores.connect(server.connectString(), "/assent", ZooKeeperConfig.defaults())) {
            CoordinatorConfig config = CoordinatorConfig.builder("c1").build();
            Coordinator coordinator =
                    new Coordinator(store, CommitProtocol.standard(), config, new Random(3)::nextLong);
            coordinator.start();
            Outcome first = run(program, server, postgresql.get(), kafka.get());
            assertEquals(Outcome.Result.COMMITTED, first.result(), first::toString);
            Outcome second = run(program, server, postgresql.get(), kafka.get());
            assertEquals(Outcome.Result.ABORTED, second.result(), second::toString);
            assertTrue(second.reason().contains("orders"), second::reason);
            coordinator.close().get(30, TimeUnit.SECONDS);
        }
    }

    private static Outcome run(Class<?> program, EmbeddedZooKeeper server, PostgresServer postgresql, KafkaServer kafka)
            throws Exception {
        try (Assent assent = Assent.connect(server.connectString())) {
            Object service = program.getConstructor(Assent.class, DataSource.class, Map.class)
                    .newInstance(assent, postgresql.dataSource(), kafka.clientSettings());
            Outcome outcome = (Outcome) ((Callable<?>) service).call();
            // Applied by the participants, which end with this Assent.
            awaitOne(postgresql, kafka);
            return outcome;
        }
    }

    /** One row and one record, and no branch left in either that could still change that. */
    private static void awaitOne(PostgresServer postgresql, KafkaServer kafka) throws Exception {
        Await.until("one row", () -> count(postgresql, "select count(*) from orders") == 1);
        Await.until("one record", () -> records(kafka) == 1);
        Await.until("nothing is prepared", () -> count(postgresql, "select count(*) from pg_prepared_xacts") == 0);
        assertEquals(1, count(postgresql, "select count(*) from orders"));
        assertEquals(1, records(kafka));
    }

    private static int count(PostgresServer postgresql, String query) throws Exception {
        try (Connection connection = postgresql.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** Those that whoever reads committed records gets, once no transaction is open there; before that -1. */
    private static int records(KafkaServer kafka) {
        TopicPartition partition = new TopicPartition("orders", 0);
        Map<String, Object> settings = new HashMap<>(kafka.clientSettings());
        long written;
        try (KafkaConsumer<byte[], byte[]> everything =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            written = everything.endOffsets(List.of(partition)).get(partition);
        }
        settings.put("isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> committed =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            if (committed.endOffsets(List.of(partition)).get(partition) < written) {
                return -1;
            }
            committed.assign(List.of(partition));
            committed.seekToBeginning(List.of(partition));
            int found = 0;
            while (committed.position(partition) < written) {
                found += committed.poll(Duration.ofMillis(100)).count();
            }
            return found;
        }
    }
}
