package dev.assent.client;

import dev.assent.store.Leadership;
import dev.assent.store.LeadershipListener;
import dev.assent.store.Loop;
import dev.assent.store.Node;
import dev.assent.store.Session;
import dev.assent.store.Store;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Counts how many reads are under way at once. */
final class ReadsCounted implements Store {
    private final Store store;
    private int now;
    int most;

    ReadsCounted(Store store) {
        this.store = store;
    }

    @Override
    public void listen(SessionListener listener) {
        store.listen(new SessionListener() {
            @Override
            public void connected(Session session) {
                listener.connected(counted(session));
            }

            @Override
            public void suspended() {
                listener.suspended();
            }
        });
    }

    private Session counted(Session session) {
        return (Session) Proxy.newProxyInstance(
                Session.class.getClassLoader(), new Class<?>[] {Session.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("read")) {
                        return method.invoke(session, arguments);
                    }
                    most = Math.max(most, ++now);
                    CompletableFuture<Optional<Node>> read = session.read((String) arguments[0]);
                    return read.whenComplete((node, failure) -> now--);
                });
    }

    @Override
    public Leadership campaign(String id, LeadershipListener listener) {
        return store.campaign(id, listener);
    }

    @Override
    public Loop loop() {
        return store.loop();
    }

    @Override
    public void close() {
        store.close();
    }
}
