package dev.assent.adapter.kafka;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientRequest;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.DefaultHostResolver;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.FindCoordinatorRequest;
import org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType;
import org.apache.kafka.common.requests.FindCoordinatorResponse;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.LogContext;

/**
 * Connections to the brokers for the two requests that Kafka's clients do not offer by themselves. Addresses, TLS and
 * SASL come from the same settings as those of its clients. For one thread at a time; of no use after a failure.
 */
final class Wire implements Closeable {
    private static final String CLIENT = "assent";
    private static final int ONE_AT_A_TIME = 1;

    private final Time time = Time.SYSTEM;
    private final int timeoutMillis;
    private final List<Node> bootstrap = new ArrayList<>();
    private final Metrics metrics = new Metrics();
    private final NetworkClient client;

    Wire(AdminClientConfig config) {
        timeoutMillis = config.getInt(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG);
        List<String> servers = config.getList(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
        for (InetSocketAddress address : ClientUtils.parseAndValidateAddresses(
                servers, config.getString(AdminClientConfig.CLIENT_DNS_LOOKUP_CONFIG))) {
            bootstrap.add(new Node(-1 - bootstrap.size(), address.getHostString(), address.getPort()));
        }
        client = ClientUtils.createNetworkClient(
                config,
                servers,
                CLIENT,
                metrics,
                CLIENT,
                new LogContext("[assent] "),
                new ApiVersions(),
                time,
                ONE_AT_A_TIME,
                timeoutMillis,
                null,
                new ManualMetadataUpdater(bootstrap),
                new DefaultHostResolver(),
                null,
                null);
    }

    /** Asks the transaction coordinator of an id; nothing where there is none now. */
    <R extends AbstractResponse> Optional<R> askCoordinator(
            String transactionalId, AbstractRequest.Builder<?> request, Class<R> type) throws IOException {
        Optional<Node> coordinator = coordinator(transactionalId);
        return coordinator.isEmpty() ? Optional.empty() : Optional.of(ask(coordinator.get(), request, type));
    }

    private Optional<Node> coordinator(String transactionalId) throws IOException {
        FindCoordinatorRequest.Builder request = new FindCoordinatorRequest.Builder(new FindCoordinatorRequestData()
                .setKeyType(CoordinatorType.TRANSACTION.id())
                .setCoordinatorKeys(List.of(transactionalId)));
        Coordinator found = askAny(request).coordinatorByKey(transactionalId).orElseThrow();
        Errors error = Errors.forCode(found.errorCode());
        if (error == Errors.NONE) {
            return Optional.of(new Node(found.nodeId(), found.host(), found.port()));
        }
        if (error.exception() instanceof org.apache.kafka.common.errors.RetriableException) {
            return Optional.empty();
        }
        throw new IOException("the transaction coordinator of " + transactionalId + " cannot be found: " + error + ", "
                + error.message());
    }

    private FindCoordinatorResponse askAny(FindCoordinatorRequest.Builder request) throws IOException {
        IOException last = new IOException("no broker is named in bootstrap.servers");
        for (Node node : bootstrap) {
            try {
                return ask(node, request, FindCoordinatorResponse.class);
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private <R extends AbstractResponse> R ask(Node node, AbstractRequest.Builder<?> request, Class<R> type)
            throws IOException {
        try {
            if (!NetworkClientUtils.awaitReady(client, node, time, timeoutMillis)) {
                throw new IOException("no connection to the broker at " + node.host() + ":" + node.port() + " within "
                        + timeoutMillis + " ms (request.timeout.ms)");
            }
            ClientRequest asked = client.newClientRequest(node.idString(), request, time.milliseconds(), true);
            ClientResponse response = NetworkClientUtils.sendAndReceive(client, asked, time);
            return type.cast(response.responseBody());
        } catch (KafkaException e) {
            throw new IOException("the broker at " + node.host() + ":" + node.port() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        client.close();
        metrics.close();
    }
}
