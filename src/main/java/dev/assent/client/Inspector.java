package dev.assent.client;

import dev.assent.client.ParticipantView.InstanceView;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Backoff;
import dev.assent.store.Loop;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Node;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Shows the tree to people and tools. Garbage is shown as unreadable and fails nothing (rule 12); the servers are asked
 * with a bounded number of reads at a time (rule 10). A view is not one moment's picture: the tree goes on meanwhile.
 *
 * <p>Methods may be called from any thread and do not block; futures complete on the store's loop, and fail with a {@link
 * StoreException} where the store gave no answer in time.
 */
public final class Inspector {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Store store;
    private final InspectorConfig config;
    private final LongSupplier random;
    private final Sessions sessions;
    private final Asking asking;

    public Inspector(Store store, InspectorConfig config, LongSupplier random) {
        this.store = store;
        this.sessions = new Sessions(store.loop());
        this.config = config;
        this.random = random;
        this.asking = new Asking(
                store.loop(), sessions, () -> new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random), config.store());
    }

    /** Starts listening to the store's sessions. */
    public void start() {
        store.listen(sessions);
    }

    /** Fails whatever is still asked. */
    public CompletableFuture<Void> close() {
        Loop loop = store.loop();
        return CompletableFuture.runAsync(asking::close, loop);
    }

    /** One transaction with everything below its record, or nothing where there is no record: ask for its outcome then. */
    public CompletableFuture<Optional<TransactionView>> transaction(TransactionId id) {
        return asking.ask("transaction " + id, config.limit(), session -> new TransactionReader(session).full(id));
    }

    /** What can be said about a transaction now: a quorum write, its record, then the history (rule 5). */
    public CompletableFuture<OutcomeView> outcome(TransactionId id) {
        return asking.ask("the outcome of " + id, config.limit(), session -> Lookup.outcome(session, id));
    }

    /** Every transaction that has a record and that {@code wanted} accepts, in the order of their names. */
    public CompletableFuture<List<TransactionView>> transactions(Predicate<TransactionView> wanted) {
        return asking.ask(
                "the list of transactions",
                config.limit(),
                session -> transactions(session)
                        .thenApply(views -> views.stream().filter(wanted).toList()));
    }

    private CompletableFuture<List<TransactionView>> transactions(Session session) {
        TransactionReader reader = new TransactionReader(session);
        return session.children(Paths.TRANSACTIONS)
                .thenCompose(names -> Pipeline.all(
                                sorted(names), 1, generation -> ofGeneration(session, reader, generation))
                        .thenApply(lists -> lists.stream().flatMap(List::stream).toList()));
    }

    private CompletableFuture<List<TransactionView>> ofGeneration(
            Session session, TransactionReader reader, String generation) {
        Optional<Long> number = TransactionId.tryParseGeneration(generation);
        if (number.isEmpty()) {
            return CompletableFuture.completedFuture(
                    List.of(TransactionView.unreadable(generation, 0, "not a generation")));
        }
        return session.children(Paths.generation(number.get()))
                .thenCompose(names -> Pipeline.all(
                                sorted(names), config.readsInFlight(), name -> reader.view(number.get(), name))
                        .thenApply(views ->
                                views.stream().flatMap(Optional::stream).toList()));
    }

    static List<String> sorted(Optional<List<String>> names) {
        return names.orElse(List.of()).stream().sorted().toList();
    }

    /** Every registered participant. */
    public CompletableFuture<List<ParticipantView>> participants() {
        return asking.ask(
                "the list of participants",
                config.limit(),
                session -> session.children(Paths.PARTICIPANTS)
                        .thenCompose(names -> Pipeline.all(
                                sorted(names), config.readsInFlight(), name -> participant(session, name))));
    }

    private CompletableFuture<ParticipantView> participant(Session session, String name) {
        List<String> problems = new ArrayList<>();
        List<InstanceView> instances = new ArrayList<>();
        Map<String, Integer> inbox = new TreeMap<>();
        CompletableFuture<Optional<String>> kind = TransactionReader.readable(session.read(Paths.participant(name)))
                .thenApply(read -> decoded(read, Paths.participant(name), problems, Records::registration));
        CompletableFuture<?> running = session.children(Paths.instances(name))
                .thenCompose(ids -> Pipeline.all(
                        sorted(ids),
                        config.readsInFlight(),
                        id -> TransactionReader.readable(session.read(Paths.instance(name, id)))
                                .thenApply(read -> {
                                    decoded(read, Paths.instance(name, id), problems, Records::presence)
                                            .ifPresent(presence -> instances.add(
                                                    new InstanceView(id, presence.attempt(), presence.resource())));
                                    return id;
                                })));
        CompletableFuture<?> waiting = session.children(Paths.inbox(name))
                .thenCompose(generations -> Pipeline.all(
                        sorted(generations),
                        config.readsInFlight(),
                        generation -> TransactionReader.readable(session.read(Paths.inbox(name) + "/" + generation))
                                .thenApply(read -> {
                                    read.node().ifPresent(node -> inbox.put(generation, node.children()));
                                    return generation;
                                })));
        return kind.thenCompose(known ->
                running.thenCompose(ran -> waiting.thenCompose(waited -> session.children(Paths.heuristics(name))
                        .thenApply(heuristics -> new ParticipantView(
                                name,
                                known,
                                List.copyOf(instances),
                                Map.copyOf(inbox),
                                sorted(heuristics),
                                List.copyOf(problems))))));
    }

    /** What a node holds, or nothing and an entry in {@code problems}. */
    static <T> Optional<T> decoded(
            TransactionReader.Read read,
            String path,
            List<String> problems,
            java.util.function.Function<byte[], T> decoder) {
        if (!read.problem().isEmpty()) {
            problems.add(read.problem());
            return Optional.empty();
        }
        try {
            return read.node().map(Node::data).map(decoder);
        } catch (MalformedRecordException e) {
            problems.add(path + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Every operator's request that is still kept. */
    public CompletableFuture<List<OperationView>> operations() {
        return asking.ask("the list of operations", config.limit(), this::operations);
    }

    private CompletableFuture<List<OperationView>> operations(Session session) {
        return session.children(Paths.OPERATIONS)
                .thenCompose(names -> Pipeline.all(
                        sorted(names),
                        config.readsInFlight(),
                        id -> TransactionReader.readable(session.read(Paths.operation(id)))
                                .thenApply(read -> {
                                    List<String> problems = new ArrayList<>();
                                    var operation = decoded(read, Paths.operation(id), problems, Records::operation);
                                    long created =
                                            read.node().map(Node::createdMillis).orElse(0L);
                                    return new OperationView(id, operation, created, String.join("; ", problems));
                                })));
    }

    /** The installation: leader, epoch, replicas, pending transactions, oldest in doubt. */
    public CompletableFuture<ClusterView> cluster() {
        return asking.ask(
                "the status",
                config.limit(),
                session -> transactions(session)
                        .thenCompose(transactions -> operations(session)
                                .thenCompose(operations -> new ClusterReader(session, config.readsInFlight(), random)
                                        .view(transactions, operations))));
    }
}
