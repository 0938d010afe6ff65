package dev.assent.zookeeper;

import dev.assent.store.Store;
import dev.assent.store.StoreContract;
import dev.assent.zookeeper.FaultProxy.Credentials;
import dev.assent.zookeeper.FaultProxy.Fault;
import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.ServerConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** ZooKeeper keeps the contract, reached through a proxy that loses replies. */
class ZooKeeperStoreTest extends StoreContract {
    private static final AtomicInteger ROOTS = new AtomicInteger();
    private static final int SESSION_MILLIS = 20_000;

    @TempDir
    private static Path directory;

    private static EmbeddedZooKeeper server;

    private final String chroot = "/contract-" + ROOTS.incrementAndGet();

    @BeforeAll
    static void startServer() throws IOException {
        server = EmbeddedZooKeeper.start(ServerConfiguration.standalone(directory, 0));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    protected Client newClient() throws IOException {
        return new ProxiedClient(chroot);
    }

    @Override
    protected void changeAcl(String path) throws Exception {
        ZooKeeper operator = connected(null);
        try {
            operator.setACL(chroot + path, ZooDefs.Ids.OPEN_ACL_UNSAFE, -1);
        } finally {
            operator.close();
        }
    }

    /** A client beside the proxy, on a session of its own or on one that somebody else began. */
    private static ZooKeeper connected(Credentials credentials) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper client = credentials == null
                ? new ZooKeeper(server.connectString(), SESSION_MILLIS, event -> connected.countDown())
                : new ZooKeeper(
                        server.connectString(),
                        SESSION_MILLIS,
                        event -> connected.countDown(),
                        credentials.session(),
                        credentials.password());
        connected.await();
        return client;
    }

    private static final class ProxiedClient implements Client {
        private final FaultProxy proxy;
        private final Store store;

        private ProxiedClient(String chroot) throws IOException {
            proxy = new FaultProxy(server.clientPort());
            store = ZooKeeperStores.connect(
                    proxy.connectString(),
                    chroot,
                    ZooKeeperConfig.defaults().withSessionTimeout(Duration.ofMillis(SESSION_MILLIS)));
        }

        @Override
        public Store store() {
            return store;
        }

        @Override
        public void loseNextReply(boolean applied) {
            proxy.strikeNextMulti(applied ? Fault.LOSE_REPLY : Fault.LOSE_REQUEST);
        }

        @Override
        public void cutConnection() {
            proxy.cut();
        }

        @Override
        public void heal() {
            proxy.heal();
        }

        @Override
        public void endSession() {
            proxy.cut();
            try {
                connected(proxy.credentials()).close();
            } catch (Exception e) {
                throw new IllegalStateException("the session could not be ended", e);
            }
            proxy.heal();
        }

        @Override
        public void close() {
            try {
                store.close();
                proxy.close();
            } catch (IOException e) {
                throw new UncheckedIOException("the proxy cannot be closed", e);
            }
        }
    }
}
