package dev.assent.client;

import dev.assent.client.ClusterView.GenerationView;
import dev.assent.client.ClusterView.ReplicaView;
import dev.assent.client.TransactionView.State;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** Reads what concerns the whole installation into a {@link ClusterView}. Lives on the store's loop. */
final class ClusterReader {
    private final Session session;
    private final int readsInFlight;
    private final LongSupplier random;
    private final List<String> problems = new ArrayList<>();

    private Optional<UUID> installation = Optional.empty();
    private long epoch;
    private Optional<String> epochBy = Optional.empty();
    private Optional<Long> generation = Optional.empty();
    private List<ReplicaView> replicas = List.of();
    private List<GenerationView> generations = List.of();
    private List<String> heuristics = List.of();

    ClusterReader(Session session, int readsInFlight, LongSupplier random) {
        this.session = session;
        this.readsInFlight = readsInFlight;
        this.random = random;
    }

    CompletableFuture<ClusterView> view(List<TransactionView> transactions, List<OperationView> operations) {
        return fixedNodes()
                .thenCompose(done -> readReplicas())
                .thenCompose(done -> readGenerations())
                .thenCompose(done -> readHeuristics())
                .thenCompose(done -> oldestInDoubt(transactions))
                .thenApply(oldest -> built(transactions, operations, oldest));
    }

    private CompletableFuture<Void> fixedNodes() {
        // A root that may not be read is no empty tree.
        return session.read(Paths.ROOT)
                .thenApply(node -> new TransactionReader.Read(node, ""))
                .thenCompose(read -> {
                    installation = Inspector.decoded(read, Paths.ROOT, problems, Records::installation);
                    return read(Paths.EPOCH);
                })
                .thenCompose(read -> {
                    epoch = read.node().map(Node::version).orElse(0);
                    epochBy = Inspector.decoded(read, Paths.EPOCH, problems, data -> Records.epoch(data));
                    return read(Paths.TRANSACTIONS);
                })
                .thenAccept(read ->
                        generation = Inspector.decoded(read, Paths.TRANSACTIONS, problems, Records::currentGeneration));
    }

    private CompletableFuture<TransactionReader.Read> read(String path) {
        return TransactionReader.readable(session.read(path));
    }

    private CompletableFuture<Void> readReplicas() {
        return session.children(Paths.COORDINATORS)
                .thenCompose(ids -> Pipeline.all(
                        Inspector.sorted(ids),
                        readsInFlight,
                        id -> read(Paths.coordinator(id))
                                .thenApply(node -> Inspector.decoded(
                                                node, Paths.coordinator(id), problems, data -> Records.replica(data))
                                        .map(replica -> new ReplicaView(id, replica.release(), replica.address())))))
                .thenAccept(found ->
                        replicas = found.stream().flatMap(Optional::stream).toList());
    }

    private CompletableFuture<Void> readGenerations() {
        return session.children(Paths.TRANSACTIONS)
                .thenCompose(numbers -> Pipeline.all(
                        Inspector.sorted(numbers),
                        readsInFlight,
                        number -> read(Paths.TRANSACTIONS + "/" + number)
                                .thenApply(read -> read.node()
                                        .map(node -> new GenerationView(number, node.version() > 0, node.children())))))
                .thenAccept(found ->
                        generations = found.stream().flatMap(Optional::stream).toList());
    }

    private CompletableFuture<Void> readHeuristics() {
        return session.children(Paths.HISTORY)
                .thenCompose(numbers -> Pipeline.all(
                        Inspector.sorted(numbers),
                        readsInFlight,
                        number -> session.children(Paths.HISTORY + "/" + number)))
                .thenAccept(found -> heuristics = found.stream()
                        .flatMap(names -> Inspector.sorted(names).stream())
                        .filter(name -> TransactionId.tryParse(name).isPresent())
                        .toList());
    }

    /** The age of the oldest doubt by the clock of ZooKeeper's leader: what it stamps on a node written now (rule 8). */
    private CompletableFuture<Optional<Long>> oldestInDoubt(List<TransactionView> transactions) {
        Optional<Long> since = transactions.stream()
                .flatMap(view -> view.inDoubtSinceMillis().stream())
                .min(Long::compare);
        if (since.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        String path = Paths.clock(String.format("%016x", random.getAsLong()));
        return session.write(List.of(Op.createEphemeral(path, new byte[0]))).thenCompose(written -> {
            if (!written.ok()) {
                problems.add("the age of the oldest doubt is unknown: " + path + ": " + written.status());
                return CompletableFuture.completedFuture(Optional.empty());
            }
            return session.read(path)
                    .thenCompose(now -> session.write(List.of(Op.delete(path, Op.ANY_VERSION)))
                            .thenApply(removed -> now.map(node -> Math.max(0, node.createdMillis() - since.get()))));
        });
    }

    private ClusterView built(
            List<TransactionView> transactions, List<OperationView> operations, Optional<Long> oldest) {
        Optional<String> leader = epochBy.filter(
                id -> replicas.stream().anyMatch(replica -> replica.id().equals(id)));
        if (installation.isEmpty()) {
            problems.add("no coordinator has set up this tree: start one, or check the chroot");
        } else if (leader.isEmpty()) {
            problems.add("no leader: "
                    + epochBy.map(id -> id + " led last and is not running").orElse("none ever led"));
        }
        return new ClusterView(
                installation,
                epoch,
                leader,
                replicas,
                generation,
                generations,
                count(transactions, view -> view.state().pending()),
                count(transactions, view -> view.state() == State.IN_DOUBT),
                oldest,
                count(transactions, view -> view.state() == State.COMMITTED || view.state() == State.ABORTED),
                count(transactions, view -> view.state() == State.UNREADABLE),
                (int) operations.stream()
                        .filter(operation -> operation.result().isEmpty())
                        .count(),
                heuristics,
                List.copyOf(problems));
    }

    private static int count(List<TransactionView> transactions, java.util.function.Predicate<TransactionView> wanted) {
        return (int) transactions.stream().filter(wanted).count();
    }
}
