package dev.assent.bench;

import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Two-phase commit as ZooKeeper's own documentation sketches it ("ZooKeeper Recipes and Solutions", Two-phased Commit), with
 * a blocking call for each step: the coordinator creates a node for the transaction and a child for each site; each site
 * reads and watches the children, votes by writing its own, and decides once it sees all votes. It has no timeout, no
 * recovery and no fencing: a baseline for speed, and nothing to commit with.
 */
final class RecipeSystem extends EnsembleSystem {
    private static final long STEP_SECONDS = 60;
    private static final String ROOT = "/transactions";
    private static final byte[] COMMIT = "commit".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ABORT = "abort".getBytes(StandardCharsets.UTF_8);

    private final Ensemble ensemble;
    private final String chroot;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "bench-recipe");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicLong number = new AtomicLong();
    private final List<CountingStore> stores = new ArrayList<>();
    private final List<AtomicReference<Session>> sessions = new ArrayList<>();
    private volatile int sites;

    /** @param chroot its own place in the tree */
    RecipeSystem(Ensemble ensemble, String chroot) throws Exception {
        super(ensemble);
        this.ensemble = ensemble;
        this.chroot = chroot;
        connect();
        for (String path : List.of("/", ROOT)) {
            require(write(session(0), Op.createEmpty(path)));
        }
    }

    /** One more session: the coordinator's first, then one for each site. */
    private void connect() throws InterruptedException {
        CountingStore store = new CountingStore(ensemble.znodes(chroot));
        AtomicReference<Session> session = new AtomicReference<>();
        CountDownLatch connected = new CountDownLatch(1);
        store.listen(new Store.SessionListener() {
            @Override
            public void connected(Session usable) {
                session.set(usable);
                connected.countDown();
            }

            @Override
            public void suspended() {
                // The load fails with the next call: a baseline does not recover.
            }
        });
        stores.add(store);
        sessions.add(session);
        if (!connected.await(STEP_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "no session with " + ensemble.connectString() + " within " + STEP_SECONDS + " s");
        }
    }

    private Session session(int place) {
        return sessions.get(place).get();
    }

    @Override
    public String name() {
        return "recipe";
    }

    @Override
    public void prepare(Setting setting) throws Exception {
        while (stores.size() <= setting.participants()) {
            connect();
        }
        sites = setting.participants();
    }

    @Override
    public CompletableFuture<End> transaction(boolean abort) {
        return CompletableFuture.supplyAsync(() -> coordinate(abort), threads);
    }

    private End coordinate(boolean abort) {
        String transaction = ROOT + "/" + number.incrementAndGet();
        require(write(session(0), Op.createEmpty(transaction)));
        List<CompletableFuture<Boolean>> deciding = new ArrayList<>();
        for (int site = 1; site <= sites; site++) {
            require(write(session(0), Op.createEmpty(transaction + "/" + site)));
        }
        for (int site = 1; site <= sites; site++) {
            int which = site;
            deciding.add(CompletableFuture.supplyAsync(() -> vote(which, transaction, abort && which == 1), threads));
        }
        boolean committed = deciding.stream().map(RecipeSystem::get).reduce(true, Boolean::logicalAnd);
        for (int site = 1; site <= sites; site++) {
            require(write(session(0), Op.delete(transaction + "/" + site, Op.ANY_VERSION)));
        }
        require(write(session(0), Op.delete(transaction, Op.ANY_VERSION)));
        return committed ? End.COMMITTED : End.ABORTED;
    }

    /** One site: watches every child, votes, and learns the decision from all votes. */
    private boolean vote(int site, String transaction, boolean abort) {
        List<CompletableFuture<Void>> changes = new ArrayList<>();
        for (int other = 1; other <= sites; other++) {
            changes.add(watchVote(session(site), transaction + "/" + other));
        }
        require(write(session(site), Op.set(transaction + "/" + site, abort ? ABORT : COMMIT, 0)));
        boolean all = true;
        for (int other = 1; other <= sites; other++) {
            get(changes.get(other - 1));
            Optional<Node> vote = get(session(site).read(transaction + "/" + other));
            all &= vote.orElseThrow().data().length == COMMIT.length;
        }
        return all;
    }

    /** Completes once there is a vote. A site's server may be behind the coordinator's, and not have the node yet. */
    private static CompletableFuture<Void> watchVote(Session session, String path) {
        while (true) {
            CompletableFuture<Void> changed = new CompletableFuture<>();
            Optional<Node> read = get(session.readAndWatch(path, () -> changed.complete(null)));
            if (read.isPresent()) {
                return read.get().data().length > 0 ? CompletableFuture.completedFuture(null) : changed;
            }
            get(changed);
        }
    }

    private static WriteResult write(Session session, Op op) {
        return get(session.write(List.of(op)));
    }

    private static void require(WriteResult result) {
        if (!result.ok() && result.status() != WriteResult.Status.NODE_EXISTS) {
            throw new IllegalStateException("the recipe does not recover: " + result);
        }
    }

    private static <T> T get(CompletableFuture<T> answer) {
        try {
            return answer.get(STEP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (Exception e) {
            throw new IllegalStateException("a step of the recipe failed: " + e, e);
        }
    }

    @Override
    public Counts counts() {
        Counts sum = Counts.NONE;
        for (int i = 0; i < stores.size(); i++) {
            sum = sum.plus(i == 0 ? "coordinator" : "participant", stores.get(i).requests());
        }
        return sum;
    }

    @Override
    public void close() {
        stores.forEach(CountingStore::close);
        threads.shutdownNow();
    }
}
