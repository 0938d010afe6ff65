package dev.assent.bench;

import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One {@code setData} for each "transaction": what a quorum write takes here, to compare with. */
final class RawWrites extends EnsembleSystem {
    private static final long STEP_SECONDS = 60;
    private static final byte[] DATA = new byte[16];

    private final Store store;
    private final CompletableFuture<Session> connected = new CompletableFuture<>();

    /** @param chroot its own place in the tree */
    RawWrites(Ensemble ensemble, String chroot) throws Exception {
        super(ensemble);
        this.store = ensemble.znodes(chroot);
        store.listen(new Store.SessionListener() {
            @Override
            public void connected(Session usable) {
                connected.complete(usable);
            }

            @Override
            public void suspended() {
                // A write then fails and ends the run: a baseline does not recover.
            }
        });
        WriteResult created = connected
                .get(STEP_SECONDS, TimeUnit.SECONDS)
                .write(List.of(Op.createEmpty("/")))
                .get(STEP_SECONDS, TimeUnit.SECONDS);
        if (!created.ok()) {
            throw new IllegalStateException("cannot create " + chroot + ": " + created);
        }
    }

    @Override
    public String name() {
        return "zookeeper-setdata";
    }

    @Override
    public void prepare(Setting setting) {}

    @Override
    public CompletableFuture<End> transaction(boolean abort) {
        return connected
                .join()
                .write(List.of(Op.set("/", DATA, Op.ANY_VERSION)))
                .thenApply(result -> result.ok() ? End.COMMITTED : End.UNKNOWN);
    }

    @Override
    public Counts counts() {
        return Counts.NONE;
    }

    @Override
    public void close() {
        store.close();
    }
}
