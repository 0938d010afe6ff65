package dev.assent.adapter.kafka;

import dev.assent.adapter.PreflightException;
import dev.assent.protocol.BranchId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how a {@link KafkaResource} works, and opens it. For one thread. */
public final class KafkaBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaBuilder.class);
    private static final Duration DEFAULT_PROMISE = Duration.ofDays(1);
    private static final Set<String> OWN = Set.of(
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);

    private final Map<String, Object> settings;
    private Optional<KafkaWork> work = Optional.empty();
    private Duration promise = DEFAULT_PROMISE;

    KafkaBuilder(Map<String, ?> settings) {
        this.settings = new HashMap<>(settings);
        for (String own : OWN) {
            if (settings.containsKey(own)) {
                throw new IllegalArgumentException(
                        own + " is '" + settings.get(own) + "', but the adapter sets it for each branch: leave it out");
            }
        }
    }

    /** Does what an initiator's payload says. Without it only services that enlist can work here. */
    public KafkaBuilder work(KafkaWork what) {
        work = Optional.of(what);
        return this;
    }

    /**
     * How long a prepared branch survives at least before the broker aborts it, whatever was decided; 1 day unless told,
     * which a broker in its default configuration refuses ({@code transaction.max.timeout.ms}, 15 minutes). Has to
     * outlast any time without a coordinator or this participant; shorter risks a heuristic outcome. What the transaction's
     * timeout leaves beyond it is the time to do the work in.
     *
     * @throws IllegalArgumentException if it is not between 1 s and 24 days, the most that Kafka can be told
     */
    public KafkaBuilder promise(Duration atLeast) {
        if (atLeast.compareTo(Duration.ofSeconds(1)) < 0 || atLeast.compareTo(Duration.ofDays(24)) > 0) {
            throw new IllegalArgumentException("promise is " + atLeast + ", its bounds are 1 s and 24 days");
        }
        promise = atLeast;
        return this;
    }

    /**
     * Looks whether the brokers can keep what a vote promises, and opens the resource. What is merely tight is logged.
     * The transactions get the longest timeout that every broker allows, or {@code transaction.timeout.ms} where the
     * settings name one.
     *
     * @throws PreflightException if they cannot, or cannot be reached: a line for each finding, with its remedy
     */
    public KafkaResource open() throws PreflightException, InterruptedException {
        return open(UnaryOperator.identity(), UnaryOperator.identity());
    }

    /** As {@link #open()}, with something between the resource and the brokers. */
    KafkaResource open(UnaryOperator<Transactions> transactions, UnaryOperator<Producer<byte[], byte[]>> producers)
            throws PreflightException, InterruptedException {
        Map<String, Object> adminSettings = adminSettings();
        Admin admin;
        try {
            admin = Admin.create(adminSettings);
        } catch (KafkaException e) {
            throw new PreflightException(
                    "Kafka's settings do not do: " + e.getMessage()
                            + (e.getCause() == null ? "" : ": " + e.getCause().getMessage())
                            + "; see to bootstrap.servers and the security settings",
                    e);
        }
        boolean opened = false;
        try {
            Preflight preflight = new Preflight(admin, promise, settings);
            List<String> findings = preflight.findings();
            if (!findings.isEmpty()) {
                throw new PreflightException(findings);
            }
            preflight.warnings().forEach(LOG::warn);
            Map<String, Object> producerSettings = producerSettings(preflight.timeoutMillis());
            AdminClientConfig wireSettings = new AdminClientConfig(adminSettings);
            Function<BranchId, Producer<byte[], byte[]>> factory =
                    branch -> producers.apply(producer(producerSettings, branch));
            KafkaResource resource = new KafkaResource(
                    transactions.apply(new CoordinatorTransactions(admin, () -> new Wire(wireSettings))),
                    factory,
                    work,
                    promise,
                    preflight.clusterId());
            opened = true;
            return resource;
        } finally {
            if (!opened) {
                admin.close(Duration.ZERO);
            }
        }
    }

    private Map<String, Object> adminSettings() {
        Map<String, Object> own = new HashMap<>(settings);
        own.keySet()
                .removeIf(key -> ProducerConfig.configNames().contains(key)
                        && !AdminClientConfig.configNames().contains(key));
        return own;
    }

    private Map<String, Object> producerSettings(int timeoutMillis) {
        Map<String, Object> own = new HashMap<>(settings);
        own.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, timeoutMillis);
        own.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        own.put(ProducerConfig.ACKS_CONFIG, "all");
        return own;
    }

    private static Producer<byte[], byte[]> producer(Map<String, Object> settings, BranchId branch) {
        Map<String, Object> own = new HashMap<>(settings);
        own.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, branch.toString());
        return new KafkaProducer<>(own, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
