package dev.assent.client;

import dev.assent.protocol.TransactionId;
import dev.assent.store.Backoff;
import dev.assent.store.Loop;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Operation;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.StoreException;
import dev.assent.store.WriteResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Asks the leader for what only it may do, audited under {@code /operations}: nobody but the leader writes a decision.
 * Asking again with another call makes another request, which the leader refuses where nothing is left to do.
 *
 * <p>Methods may be called from any thread and do not block; futures complete on the store's loop.
 */
public final class Operator {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Store store;
    private final Loop loop;
    private final InspectorConfig config;
    private final LongSupplier random;
    private final Sessions sessions;
    private final Asking asking;
    /** By id: submitted, and not answered yet. */
    private final Map<String, CompletableFuture<OperationView>> waiting = new LinkedHashMap<>();

    private boolean closed;

    public Operator(Store store, InspectorConfig config, LongSupplier random) {
        this.store = store;
        this.sessions = new Sessions(store.loop());
        this.loop = store.loop();
        this.config = config;
        this.random = random;
        this.asking = new Asking(loop, sessions, () -> new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random), config.store());
    }

    /** Starts listening to the store's sessions. */
    public void start() {
        store.listen(sessions);
    }

    /** Fails whatever still waits; what was submitted stays submitted. */
    public CompletableFuture<Void> close() {
        return CompletableFuture.runAsync(
                () -> {
                    closed = true;
                    asking.close();
                    Map.copyOf(waiting).forEach((id, answer) -> answer.completeExceptionally(ended(id)));
                },
                loop);
    }

    private static StoreException ended(String id) {
        return new StoreException(
                StoreException.Kind.SESSION_ENDED,
                "operation " + id + " was submitted and its answer not awaited: closed; look at it again under its id");
    }

    /**
     * Submits a request and waits for the leader's answer, for {@link InspectorConfig#limit} at most. A view without a result
     * means that the request stands and no leader answered yet: look at it again under its id. Fails with a {@link
     * StoreException} where it is unknown whether the request was submitted, naming its id.
     *
     * @param actor who asks
     * @param reason why
     */
    public CompletableFuture<OperationView> submit(
            Operation.Kind kind, TransactionId transaction, String actor, String reason) {
        Operation request = Operation.request(kind, transaction, actor, reason);
        CompletableFuture<OperationView> answer = new CompletableFuture<>();
        loop.execute(() -> {
            String id = String.format("%016x", random.getAsLong());
            var unused = asking.ask("operation " + id, config.limit(), session -> write(session, id, request))
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            answer.completeExceptionally(failure);
                        } else {
                            await(id, request, answer);
                        }
                    });
        });
        return answer;
    }

    /** The same id each time: a request whose answer was lost is not made twice. */
    private CompletableFuture<Void> write(Session session, String id, Operation request) {
        Op create = Op.create(Paths.operation(id), Records.operation(request));
        return session.write(List.of(create)).thenAccept(result -> {
            if (result.status() == WriteResult.Status.LOST) {
                throw new StoreException(StoreException.Kind.DISCONNECTED, "the answer was lost: " + result.detail());
            }
            // The id is 64 random bits: a node of that name is this request, sent before.
            if (!result.ok() && result.status() != WriteResult.Status.NODE_EXISTS) {
                throw new StoreException(
                        result.status() == WriteResult.Status.NO_AUTH
                                ? StoreException.Kind.NO_AUTH
                                : StoreException.Kind.OTHER,
                        "operation " + id + " was not accepted: " + result.status() + " " + result.detail()
                                + (result.status() == WriteResult.Status.NO_NODE
                                        ? ": no coordinator has set up this tree: start one, or check the chroot"
                                        : ""));
            }
        });
    }

    private void await(String id, Operation request, CompletableFuture<OperationView> answer) {
        if (closed) {
            answer.completeExceptionally(ended(id));
            return;
        }
        waiting.put(id, answer);
        Loop.Timer timer = loop.schedule(
                config.limit(),
                () -> answer.complete(
                        new OperationView(id, Optional.of(request), 0, "no leader answered within " + config.limit())));
        var unused = answer.whenComplete((view, failure) -> {
            timer.cancel();
            // On the loop: a caller may complete its future anywhere.
            loop.execute(() -> waiting.remove(id));
        });
        look(id, request, new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random), answer);
    }

    private void look(String id, Operation request, Backoff pauses, CompletableFuture<OperationView> answer) {
        if (answer.isDone()) {
            return;
        }
        Optional<Session> session = sessions.current();
        CompletableFuture<Optional<Node>> read = session.isPresent()
                ? session.get().read(Paths.operation(id))
                : CompletableFuture.completedFuture(Optional.empty());
        var unused = read.whenComplete((node, failure) -> {
            Optional<OperationView> answered =
                    failure == null ? node.flatMap(found -> answered(id, found)) : Optional.empty();
            if (answered.isPresent()) {
                answer.complete(answered.get());
            } else {
                loop.schedule(pauses.next(), () -> look(id, request, pauses, answer));
            }
        });
    }

    private static Optional<OperationView> answered(String id, Node node) {
        try {
            return Optional.of(Records.operation(node.data()))
                    .filter(operation -> operation.result().isPresent())
                    .map(operation -> new OperationView(id, Optional.of(operation), node.createdMillis(), ""));
        } catch (MalformedRecordException e) {
            return Optional.of(new OperationView(id, Optional.empty(), node.createdMillis(), e.getMessage()));
        }
    }
}
