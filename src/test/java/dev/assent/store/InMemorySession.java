package dev.assent.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A session, both its client's and its server's end. Guarded by the ensemble. */
final class InMemorySession implements Session {
    /** What happens to the answer of the next write. */
    enum Loss {
        NONE,
        /** Applied, the reply is lost. */
        APPLIED,
        /** The request is lost. */
        NOT_APPLIED,
        /** The reply is lost and the request is still under way, for up to the ensemble's longest delay. */
        LATE,
        /** The reply is lost and the request is still under way, until it is released. */
        HELD
    }

    /** One request on its way there or back. */
    private static final class Request<T> {
        private final boolean write;
        private final Supplier<T> serve;
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private Loss loss = Loss.NONE;
        private boolean served;
        private boolean answered;

        private Request(boolean write, Supplier<T> serve) {
            this.write = write;
            this.serve = serve;
        }
    }

    private final long id;
    private final InMemoryStore store;
    private final InMemoryEnsemble ensemble;
    private final Set<InMemoryReplica.Watcher> trees = new LinkedHashSet<>();
    private final Set<Request<?>> outstanding = new LinkedHashSet<>();
    private InMemoryReplica replica;
    private boolean up;
    /** Counts connections: what belongs to an earlier one is lost. */
    private int connection;

    private int seen;
    private long lastArrival;
    private long lastReply;
    private volatile boolean ended;
    private boolean endedAtServer;
    private Loss nextLoss = Loss.NONE;
    private final List<Runnable> late = new ArrayList<>();

    InMemorySession(long id, InMemoryStore store, InMemoryEnsemble ensemble) {
        this.id = id;
        this.store = store;
        this.ensemble = ensemble;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    boolean up() {
        return up;
    }

    boolean endedAtServer() {
        return endedAtServer;
    }

    void markEndedAtServer() {
        endedAtServer = true;
    }

    void markEnded() {
        ended = true;
    }

    /** Attaches to a server: any for the first time, afterwards one that is not behind what this session saw. */
    void attach() {
        InMemoryReplica next = ensemble.replicas()
                .get((int) ensemble.uniform(ensemble.replicas().size() - 1L));
        next.catchUpTo(seen);
        replica = next;
        up = true;
        connection++;
        lastArrival = 0;
        lastReply = 0;
        trees.forEach(next::watch);
    }

    /** The connection breaks: the client learns at once that everything outstanding has no answer. */
    void cut() {
        if (!up) {
            return;
        }
        up = false;
        connection++;
        replica.forget(this);
        boolean reaches = true;
        for (Request<?> request : List.copyOf(outstanding)) {
            // In the order sent, a prefix reaches the server, maybe much later.
            reaches = reaches && request.loss != Loss.NOT_APPLIED;
            if (request.write && !request.served && reaches) {
                boolean under = request.loss == Loss.LATE || request.loss == Loss.HELD;
                if (under || (ensemble.conditions().late > 0 && ensemble.uniform(1) == 0)) {
                    applyLate(request);
                } else {
                    reaches = false;
                }
            }
            fail(request);
        }
        outstanding.clear();
    }

    private void applyLate(Request<?> request) {
        Runnable apply = () -> {
            if (!endedAtServer && !request.served) {
                request.served = true;
                Object unheard = request.serve.get();
                ensemble.lateWrite(this, unheard);
            }
        };
        if (request.loss == Loss.HELD) {
            late.add(apply);
        } else {
            long arrival =
                    Math.max(lastArrival, ensemble.loop().nanoTime() + ensemble.uniform(ensemble.conditions().late));
            lastArrival = arrival;
            ensemble.after(arrival - ensemble.loop().nanoTime(), apply);
        }
    }

    /** Lets every write that is {@link Loss#HELD} reach the server now. */
    void releaseLate() {
        late.forEach(Runnable::run);
        late.clear();
    }

    void loseNextReply(Loss loss) {
        nextLoss = loss;
    }

    private <T> void fail(Request<T> request) {
        if (request.answered) {
            return;
        }
        request.answered = true;
        if (request.write) {
            ensemble.lostWrite(this);
        }
        store.loop().execute(() -> completeLost(request));
    }

    @SuppressWarnings("unchecked") // a write's future is one of WriteResult
    private <T> void completeLost(Request<T> request) {
        if (request.write) {
            ((CompletableFuture<WriteResult>) request.future)
                    .complete(WriteResult.lost("session " + id + (ended ? " ended" : " lost its connection")));
        } else {
            request.future.completeExceptionally(new StoreException(
                    ended ? StoreException.Kind.SESSION_ENDED : StoreException.Kind.DISCONNECTED,
                    "session " + id + (ended ? " ended" : " lost its connection")));
        }
    }

    private <T> CompletableFuture<T> send(boolean write, Supplier<T> serve) {
        synchronized (ensemble) {
            Request<T> request = new Request<>(write, serve);
            if (!up || ended) {
                fail(request);
                return request.future;
            }
            if (write) {
                request.loss = nextLoss != Loss.NONE ? nextLoss : drawLoss();
                nextLoss = Loss.NONE;
            }
            outstanding.add(request);
            long now = ensemble.loop().nanoTime();
            lastArrival = Math.max(lastArrival, now + ensemble.hopNanos());
            int sentOn = connection;
            ensemble.after(lastArrival - now, () -> arrive(request, sentOn));
            return request.future;
        }
    }

    private Loss drawLoss() {
        if (!ensemble.perMille(ensemble.conditions().lostPerMille)) {
            return Loss.NONE;
        }
        if (ensemble.uniform(1) == 0) {
            return Loss.APPLIED;
        }
        return ensemble.conditions().late > 0 && ensemble.uniform(1) == 0 ? Loss.LATE : Loss.NOT_APPLIED;
    }

    private <T> void arrive(Request<T> request, int sentOn) {
        if (sentOn != connection || request.answered) {
            return;
        }
        if (endedAtServer || (request.loss != Loss.NONE && request.loss != Loss.APPLIED)) {
            store.connectionBroke(this);
            return;
        }
        Object answer;
        try {
            answer = request.serve.get();
        } catch (StoreException e) {
            answer = e;
        }
        request.served = true;
        if (request.write) {
            // The server that forwarded a write answers once it has applied it.
            replica.catchUp();
        }
        seen = Math.max(seen, replica.applied());
        if (request.loss == Loss.APPLIED) {
            store.connectionBroke(this);
            return;
        }
        Object reply = answer;
        deliver(() -> answer(request, reply));
    }

    @SuppressWarnings("unchecked") // what the request's own supplier gave
    private <T> void answer(Request<T> request, Object reply) {
        synchronized (ensemble) {
            if (request.answered) {
                return;
            }
            request.answered = true;
            outstanding.remove(request);
        }
        if (reply instanceof StoreException failure) {
            request.future.completeExceptionally(failure);
        } else {
            request.future.complete((T) reply);
        }
    }

    /** From the server to the client, in order. */
    private void deliver(Runnable task) {
        long now = ensemble.loop().nanoTime();
        lastReply = Math.max(lastReply, now + ensemble.hopNanos());
        if (lastReply <= now) {
            store.loop().execute(task);
        } else {
            store.loop().schedule(Duration.ofNanos(lastReply - now), task);
        }
    }

    /** A watch fired at the server. */
    void hint(InMemoryReplica.Watcher watcher, String path, TreeListener.Change change) {
        if (!watcher.listener().concerns(path, change)) {
            return;
        }
        int sentOn = connection;
        deliver(() -> {
            synchronized (ensemble) {
                if (sentOn != connection || ended || !(watcher.once() || trees.contains(watcher))) {
                    return;
                }
            }
            watcher.listener().hint(path, change);
        });
    }

    @Override
    public CompletableFuture<Optional<Node>> read(String path) {
        return send(false, () -> {
            requirePermission(path);
            return replica.tree().read(path);
        });
    }

    @Override
    public CompletableFuture<Optional<Node>> readAndWatch(String path, Runnable changed) {
        return send(false, () -> {
            requirePermission(path);
            replica.watch(new InMemoryReplica.Watcher(this, path, true, (p, change) -> changed.run()));
            return replica.tree().read(path);
        });
    }

    @Override
    public CompletableFuture<Optional<List<String>>> children(String path) {
        return send(false, () -> {
            requirePermission(path);
            return replica.tree().children(path);
        });
    }

    private void requirePermission(String path) {
        if (replica.tree().forbidden(path)) {
            throw new StoreException(StoreException.Kind.NO_AUTH, "no permission to read " + path);
        }
    }

    @Override
    public CompletableFuture<WriteResult> write(List<Op> operations) {
        List<Op> ops = List.copyOf(operations);
        long bytes = ops.stream().mapToLong(Op::estimatedBytes).sum();
        if (bytes > InMemoryEnsemble.MAX_REQUEST_BYTES) {
            CompletableFuture<WriteResult> refused = new CompletableFuture<>();
            store.loop()
                    .execute(() -> refused.complete(WriteResult.failed(
                            WriteResult.Status.TOO_LARGE,
                            -1,
                            "a multi of " + bytes + " bytes, the bound is " + InMemoryEnsemble.MAX_REQUEST_BYTES)));
            return refused;
        }
        return send(true, () -> ensemble.commit(this, ops));
    }

    @Override
    public CompletableFuture<WriteResult> barrier() {
        return write(List.of(Op.exists(Paths.ROOT)));
    }

    @Override
    public CompletableFuture<Watch> watchTree(String path, TreeListener listener) {
        InMemoryReplica.Watcher watcher = new InMemoryReplica.Watcher(this, path, false, listener);
        return send(false, () -> {
            trees.add(watcher);
            replica.watch(watcher);
            return () -> {
                synchronized (ensemble) {
                    trees.remove(watcher);
                    replica.unwatch(watcher);
                }
            };
        });
    }
}
