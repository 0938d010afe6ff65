package dev.assent.adapter.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/** Whether the brokers can keep what a vote promises. For one thread. */
final class Preflight {
    private static final String VERSION = "transaction.version";
    /** From which on the end of a transaction raises its epoch (KIP-890). */
    private static final short NEEDED_VERSION = 2;

    private static final String MAX_TIMEOUT = "transaction.max.timeout.ms";
    private static final String EXPIRATION = "transactional.id.expiration.ms";
    private static final String REPLICAS = "transaction.state.log.replication.factor";
    private static final String IN_SYNC = "transaction.state.log.min.isr";

    private final Admin admin;
    private final Duration promise;
    private final Map<String, ?> settings;
    private final Map<Integer, Config> brokers = new TreeMap<>();
    private String clusterId = "";
    private long timeoutMillis = Integer.MAX_VALUE;

    Preflight(Admin admin, Duration promise, Map<String, ?> settings) {
        this.admin = admin;
        this.promise = promise;
        this.settings = settings;
    }

    /** Why these brokers will not do, one line each, with the remedy. */
    List<String> findings() throws InterruptedException {
        List<String> found = new ArrayList<>();
        try {
            DescribeClusterResult cluster = admin.describeCluster();
            clusterId = cluster.clusterId().get();
            version(found);
            configurations(cluster.nodes().get());
        } catch (ExecutionException e) {
            found.add(refusal(e.getCause()));
            return found;
        }
        brokers.forEach((id, broker) -> timeouts(id, broker, found));
        ownTimeout(found);
        return found;
    }

    private static String refusal(Throwable told) {
        if (told instanceof AuthorizationException) {
            return "Kafka does not let this user ask: " + told.getMessage()
                    + "; grant it Describe and DescribeConfigs on the cluster";
        }
        return told instanceof AuthenticationException
                ? "Kafka does not know this user: " + told.getMessage()
                        + "; see to security.protocol, sasl.mechanism and sasl.jaas.config"
                : "Kafka cannot be asked: " + told.getMessage() + "; see to bootstrap.servers and the brokers";
    }

    private static <T> T await(KafkaFuture<T> future) throws ExecutionException, InterruptedException {
        return future.get();
    }

    private void version(List<String> found) throws ExecutionException, InterruptedException {
        FinalizedVersionRange range = await(admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .get(VERSION);
        short version = range == null ? 0 : range.maxVersionLevel();
        if (version < NEEDED_VERSION) {
            found.add(VERSION + " is " + version + ", and " + NEEDED_VERSION + " is needed, so that an aborted producer"
                    + " cannot go on: run kafka-features.sh upgrade --feature " + VERSION + "=" + NEEDED_VERSION
                    + " (brokers 4.0 or newer)");
        }
    }

    private void configurations(Collection<Node> nodes) throws ExecutionException, InterruptedException {
        List<ConfigResource> asked = nodes.stream()
                .map(node -> new ConfigResource(ConfigResource.Type.BROKER, node.idString()))
                .toList();
        await(admin.describeConfigs(asked).all())
                .forEach((resource, config) -> brokers.put(Integer.parseInt(resource.name()), config));
    }

    private void timeouts(int id, Config broker, List<String> found) {
        long most = number(broker, MAX_TIMEOUT);
        timeoutMillis = Math.min(timeoutMillis, most);
        if (most < promise.toMillis()) {
            found.add(MAX_TIMEOUT + " of broker " + id + " is " + most + ", less than the promised "
                    + promise.toMillis() + " ms: set it to 2147483647 on every broker, or promise less");
        }
        long kept = number(broker, EXPIRATION);
        if (kept < promise.toMillis()) {
            found.add(EXPIRATION + " of broker " + id + " is " + kept + ", less than the promised " + promise.toMillis()
                    + " ms, so the proof of a commit could go before it is acknowledged: raise it");
        }
    }

    private void ownTimeout(List<String> found) {
        Object own = settings.get(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);
        if (own == null) {
            return;
        }
        long millis = Math.max(0, parsed(own.toString()));
        if (millis < promise.toMillis() || millis > timeoutMillis) {
            found.add(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG + " is " + own + ", its bounds are the promised "
                    + promise.toMillis() + " ms and the brokers' " + MAX_TIMEOUT + ", " + timeoutMillis
                    + " ms: change it or leave it out");
        }
        timeoutMillis = Math.min(timeoutMillis, millis);
    }

    private static long parsed(String number) {
        try {
            return Long.parseLong(number.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static long number(Config config, String name) {
        ConfigEntry entry = config.get(name);
        return entry == null || entry.value() == null ? 0 : Long.parseLong(entry.value());
    }

    /** What is tight. */
    List<String> warnings() {
        List<String> tight = new ArrayList<>();
        brokers.forEach((id, broker) -> {
            if (number(broker, REPLICAS) < 3 || number(broker, IN_SYNC) < 2) {
                tight.add("broker " + id + " keeps transactions with " + REPLICAS + "=" + number(broker, REPLICAS)
                        + " and " + IN_SYNC + "=" + number(broker, IN_SYNC)
                        + ": the loss of one machine can lose a prepared branch; 3 and 2 are Kafka's defaults");
            }
        });
        return tight;
    }

    String clusterId() {
        return clusterId;
    }

    int timeoutMillis() {
        return (int) timeoutMillis;
    }
}
