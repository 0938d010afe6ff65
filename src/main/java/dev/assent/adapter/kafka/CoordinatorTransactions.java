package dev.assent.adapter.kafka;

import dev.assent.protocol.BranchId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTransactionsResult;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.EndTxnRequest;
import org.apache.kafka.common.requests.EndTxnResponse;
import org.apache.kafka.common.requests.InitProducerIdRequest;
import org.apache.kafka.common.requests.InitProducerIdResponse;
import org.apache.kafka.common.utils.Utils;

/** The transaction coordinators of a cluster, by Kafka's admin client and requests of its protocol. Thread-safe. */
final class CoordinatorTransactions implements Transactions {
    /** No producer has it: ids are drawn upwards from 0. */
    private static final long NOBODY = Long.MAX_VALUE;

    private static final int FENCE_TIMEOUT_MILLIS = 1_000;
    private static final String STATE_TOPIC = "__transaction_state";
    private static final Set<TransactionState> OPEN = EnumSet.of(
            TransactionState.ONGOING,
            TransactionState.PREPARE_COMMIT,
            TransactionState.PREPARE_ABORT,
            TransactionState.PREPARE_EPOCH_FENCE);
    /** Somebody was faster, or the coordinator is moving or busy: looking again tells which. */
    private static final Set<Errors> LOOK_AGAIN = EnumSet.of(
            Errors.INVALID_TXN_STATE,
            Errors.INVALID_PRODUCER_EPOCH,
            Errors.PRODUCER_FENCED,
            Errors.INVALID_PRODUCER_ID_MAPPING,
            Errors.CONCURRENT_TRANSACTIONS,
            Errors.COORDINATOR_LOAD_IN_PROGRESS,
            Errors.COORDINATOR_NOT_AVAILABLE,
            Errors.NOT_COORDINATOR);

    private final Admin admin;
    private final Supplier<Wire> wires;
    private final Deque<Wire> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    CoordinatorTransactions(Admin admin, Supplier<Wire> wires) {
        this.admin = admin;
        this.wires = wires;
    }

    @Override
    public Optional<Standing> find(BranchId branch) throws IOException, InterruptedException {
        try {
            TransactionDescription found = admin.describeTransactions(List.of(branch.toString()))
                    .description(branch.toString())
                    .get();
            return Optional.of(new Standing(
                    found.state(),
                    found.producerId(),
                    found.producerEpoch(),
                    Duration.ofMillis(found.transactionTimeoutMs())));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TransactionalIdNotFoundException) {
                return Optional.empty();
            }
            throw new IOException("branch " + branch + " cannot be described: " + e.getCause(), e.getCause());
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Kafka checks the producer id that an InitProducerId request expects against what it knows, unless it knows
     * nothing ({@code TransactionCoordinator.prepareInitProducerIdTransit}): expecting one that nobody has creates, or
     * fails and changes nothing.
     */
    @Override
    public OptionalLong claim(BranchId branch) throws IOException {
        Optional<InitProducerIdResponse> answer = initialize(branch, NOBODY, 0);
        return answer.isPresent() && went(branch, "claimed", answer.get().error())
                ? OptionalLong.of(answer.get().data().producerId())
                : OptionalLong.empty();
    }

    @Override
    public boolean fence(BranchId branch, Standing seen) throws IOException {
        Optional<InitProducerIdResponse> answer = initialize(branch, seen.producerId(), seen.epoch());
        return answer.isPresent() && went(branch, "fenced", answer.get().error());
    }

    private Optional<InitProducerIdResponse> initialize(BranchId branch, long producerId, int epoch)
            throws IOException {
        return ask(
                branch,
                new InitProducerIdRequest.Builder(new InitProducerIdRequestData()
                        .setTransactionalId(branch.toString())
                        .setTransactionTimeoutMs(FENCE_TIMEOUT_MILLIS)
                        .setProducerId(producerId)
                        .setProducerEpoch((short) epoch)),
                InitProducerIdResponse.class);
    }

    @Override
    public boolean end(BranchId branch, Standing seen, boolean commit) throws IOException {
        Optional<EndTxnResponse> answer = ask(
                branch,
                new EndTxnRequest.Builder(
                        new EndTxnRequestData()
                                .setTransactionalId(branch.toString())
                                .setProducerId(seen.producerId())
                                .setProducerEpoch((short) seen.epoch())
                                .setCommitted(commit),
                        true),
                EndTxnResponse.class);
        return answer.isPresent() && went(branch, "ended", answer.get().error());
    }

    /** Whether the coordinator did it; false where looking again tells what it did. */
    static boolean went(BranchId branch, String what, Errors error) throws IOException {
        if (error != Errors.NONE && !LOOK_AGAIN.contains(error)) {
            throw new IOException("branch " + branch + " cannot be " + what + ": " + error + ", " + error.message());
        }
        return error == Errors.NONE;
    }

    private <R extends AbstractResponse> Optional<R> ask(
            BranchId branch, AbstractRequest.Builder<?> request, Class<R> type) throws IOException {
        Wire wire = Optional.ofNullable(idle.pollFirst()).orElseGet(wires);
        boolean answered = false;
        try {
            Optional<R> answer = wire.askCoordinator(branch.toString(), request, type);
            answered = true;
            return answer;
        } finally {
            if (answered && !closed) {
                idle.addFirst(wire);
            } else {
                wire.close();
            }
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Each broker lists what it coordinates, and a coordinator that moves meanwhile, or has no leader, would be
     * missed: then the listing fails. One that leads and has not begun to read what it leads lists nothing of it, and says
     * nothing about that; to a question about a single id it answers only once it has.
     */
    @Override
    public Collection<BranchId> open(String participant) throws IOException, InterruptedException {
        Map<Integer, Node> before = coordinators();
        awaitLoaded(before.size());
        List<BranchId> found = new ArrayList<>();
        for (TransactionListing each : get(
                admin.listTransactions(new ListTransactionsOptions().filterStates(OPEN))
                        .all(),
                "transactions cannot be listed")) {
            BranchId.tryParse(each.transactionalId())
                    .filter(branch -> branch.participant().equals(participant))
                    .ifPresent(found::add);
        }
        if (!coordinators().equals(before)) {
            throw new IOException("transactions cannot be listed completely: the leaders of " + STATE_TOPIC
                    + " changed meanwhile; to be tried again");
        }
        return found;
    }

    /** Asks about an id of each partition, whether or not there is one. */
    private void awaitLoaded(int partitions) throws IOException, InterruptedException {
        DescribeTransactionsResult asked = admin.describeTransactions(oneIdOfEach(partitions));
        for (String id : oneIdOfEach(partitions)) {
            try {
                asked.description(id).get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TransactionalIdNotFoundException)) {
                    throw new IOException(
                            "transactions cannot be listed completely: a partition of " + STATE_TOPIC
                                    + " is not read yet: " + e.getCause(),
                            e.getCause());
                }
            }
        }
    }

    /** Ids that nobody uses, spread as the coordinators spread them ({@code TransactionStateManager.partitionFor}). */
    static List<String> oneIdOfEach(int partitions) {
        Map<Integer, String> ids = new TreeMap<>();
        for (int number = 0; ids.size() < partitions; number++) {
            String id = "assent_loaded_" + number;
            ids.putIfAbsent(Utils.abs(id.hashCode()) % partitions, id);
        }
        return List.copyOf(ids.values());
    }

    private Map<Integer, Node> coordinators() throws IOException, InterruptedException {
        Map<Integer, Node> leaders = new HashMap<>();
        for (TopicPartitionInfo partition : statePartitions()) {
            Node leader = partition.leader();
            if (leader == null || leader.isEmpty()) {
                throw new IOException("transactions cannot be listed completely: partition " + partition.partition()
                        + " of " + STATE_TOPIC + " has no leader; see to the broker that is down");
            }
            leaders.put(partition.partition(), leader);
        }
        return leaders;
    }

    private List<TopicPartitionInfo> statePartitions() throws IOException, InterruptedException {
        try {
            return admin.describeTopics(List.of(STATE_TOPIC), new DescribeTopicsOptions())
                    .topicNameValues()
                    .get(STATE_TOPIC)
                    .get()
                    .partitions();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                // Created with the cluster's first transaction.
                return List.of();
            }
            throw new IOException("the leaders of " + STATE_TOPIC + " are not known: " + e.getCause(), e.getCause());
        }
    }

    private static <T> T get(KafkaFuture<T> future, String failure) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException(failure + ": " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Wire wire = idle.pollFirst(); wire != null; wire = idle.pollFirst()) {
            wire.close();
        }
        admin.close();
    }
}
