package dev.assent.zookeeper;

import dev.assent.Await;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The sessions that a store told of. */
final class Sessions implements Store.SessionListener {
    private static final int TIMEOUT_SECONDS = 30;

    private final AtomicReference<Session> usable = new AtomicReference<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger suspensions = new AtomicInteger();

    private Sessions() {}

    static Sessions of(Store store) {
        Sessions sessions = new Sessions();
        store.listen(sessions);
        return sessions;
    }

    @Override
    public void connected(Session session) {
        usable.set(session);
        connections.incrementAndGet();
    }

    @Override
    public void suspended() {
        usable.set(null);
        suspensions.incrementAndGet();
    }

    int connections() {
        return connections.get();
    }

    int suspensions() {
        return suspensions.get();
    }

    /** The session that is connected, now or soon. */
    Session await() throws Exception {
        AtomicReference<Session> found = new AtomicReference<>();
        Await.until("a session is connected", () -> {
            found.set(usable.get());
            return found.get() != null;
        });
        return found.get();
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    /** Writes, and fails where that does not succeed. */
    static void ok(Session session, Op... operations) throws Exception {
        WriteResult result = get(session.write(List.of(operations)));
        if (!result.ok()) {
            throw new AssertionError(result.status() + ": " + result.detail());
        }
    }

    /** The connected session, with an empty root below it. */
    Session withRoot() throws Exception {
        Session session = await();
        ok(session, Op.createEmpty(Paths.ROOT));
        return session;
    }
}
