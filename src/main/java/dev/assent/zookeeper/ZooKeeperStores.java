package dev.assent.zookeeper;

import dev.assent.store.PackedStore;
import dev.assent.store.Paths;
import dev.assent.store.Store;
import dev.assent.store.StoreException;
import dev.assent.store.ThreadLoop;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.framework.state.StandardConnectionStateErrorPolicy;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens stores on ZooKeeper. Servers older than 3.9.5 are refused where they tell their version ({@code srvr} on their
 * {@code 4lw.commands.whitelist}, as by default) and where they are up at that moment; otherwise a warning says so.
 */
public final class ZooKeeperStores {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperStores.class);

    private static final String LOOP_NAME = "assent-store";

    /** A node as large as a server takes must still be read, and listings are larger than any request. */
    private static final int MIN_READ_BYTES = 64 * 1024 * 1024;

    // Only Curator's own requests, the election's, are repeated.
    private static final int RETRY_BASE_MILLIS = 100;
    private static final int RETRY_MAX_MILLIS = 3_000;
    private static final int RETRIES = 29;

    private ZooKeeperStores() {}

    /**
     * Connects to ZooKeeper with a client of its own, for a role: each transaction has nodes of its own in this store,
     * also where several share their znodes.
     *
     * @see #znodes
     */
    public static Store connect(String connectString, String chroot, ZooKeeperConfig config) {
        return new PackedStore(znodes(connectString, chroot, config));
    }

    /**
     * Connects to ZooKeeper with a client of its own, for who wants to see the znodes as they are. The nodes above {@code chroot} are created where they are missing;
     * the root itself is the first coordinator's to create.
     *
     * @param connectString addresses as {@code host:port,host:port}, without a path
     * @param chroot the installation's root, such as {@code /assent}
     * @throws StoreException if no server answers in time, one is too old, or the nodes above cannot be created; trying
     *     again is safe
     */
    public static ZooKeeperStore znodes(String connectString, String chroot, ZooKeeperConfig config) {
        if (connectString.isBlank() || connectString.contains("/")) {
            throw new IllegalArgumentException("'" + connectString
                    + "' is not a list of ZooKeeper addresses: give host:port,host:port and the path as the chroot");
        }
        Chroot root = Chroot.of(chroot);
        Acls acls = new Acls();
        CuratorFramework client = client(connectString, config, acls);
        ThreadLoop loop = new ThreadLoop(LOOP_NAME);
        ZooKeeperStore store =
                new ZooKeeperStore(client, true, new Link(root, acls, loop, config.maxRequestBytes()), loop);
        try {
            client.start();
            awaitConnected(client, connectString, config);
            ServerVersions.check(
                    connectString, client.getZookeeperClient().getZooKeeper().getClientConfig());
            createAbove(client, root);
            return store;
        } catch (RuntimeException e) {
            abandon(client, loop);
            throw e;
        } catch (InterruptedException e) {
            abandon(client, loop);
            Thread.currentThread().interrupt();
            throw new StoreException(
                    StoreException.Kind.DISCONNECTED, "interrupted while connecting to " + connectString, e);
        } catch (Exception e) {
            abandon(client, loop);
            throw new StoreException(StoreException.Kind.OTHER, "cannot open " + root + " at " + connectString, e);
        }
    }

    /**
     * Opens a store on a client that exists and is started. It is never closed here; the store shares its session, so
     * closing the store removes its own ephemeral nodes one by one. The client's namespace is ignored: {@code chroot} counts
     * from where its connect string does. Give the client a {@code jute.maxbuffer} of 8 MiB for reading long
     * listings.
     */
    public static Store over(CuratorFramework client, String chroot) {
        if (client.getState() != CuratorFrameworkState.STARTED) {
            throw new IllegalArgumentException(
                    "the CuratorFramework is " + client.getState() + ": start it first, and close it last");
        }
        Chroot root = Chroot.of(chroot);
        try {
            String connectString = client.getZookeeperClient().getCurrentConnectionString();
            ServerVersions.check(
                    connectString, client.getZookeeperClient().getZooKeeper().getClientConfig());
            createAbove(client.usingNamespace(null), root);
        } catch (RuntimeException e) {
            throw e;
        } catch (KeeperException.ConnectionLossException e) {
            throw new StoreException(
                    StoreException.Kind.DISCONNECTED,
                    "the existing client for " + root + " is not connected: check its addresses and try again",
                    e);
        } catch (Exception e) {
            throw new StoreException(StoreException.Kind.OTHER, "cannot open " + root + " on an existing client", e);
        }
        ThreadLoop loop = new ThreadLoop(LOOP_NAME);
        Link link = new Link(root, new Acls(), loop, ZooKeeperConfig.defaults().maxRequestBytes());
        ZooKeeperStore store = new ZooKeeperStore(client, false, link, loop);
        loop.execute(store::look);
        return new PackedStore(store);
    }

    private static CuratorFramework client(String connectString, ZooKeeperConfig config, Acls acls) {
        ZKClientConfig reading = new ZKClientConfig();
        reading.setProperty(
                ZKConfig.JUTE_MAXBUFFER, Integer.toString(Math.max(MIN_READ_BYTES, 2 * config.maxRequestBytes())));
        return CuratorFrameworkFactory.builder()
                .connectString(connectString)
                .sessionTimeoutMs((int) config.sessionTimeout().toMillis())
                // Curator warns of one longer than the session; the time to connect at first is waited for elsewhere.
                .connectionTimeoutMs((int) Math.min(
                        config.connectTimeout().toMillis(),
                        config.sessionTimeout().toMillis()))
                .retryPolicy(new BoundedExponentialBackoffRetry(RETRY_BASE_MILLIS, RETRY_MAX_MILLIS, RETRIES))
                .connectionStateErrorPolicy(new StandardConnectionStateErrorPolicy())
                .aclProvider(acls)
                .zkClientConfig(reading)
                .dontUseContainerParents()
                // The operator's addresses count, even where the servers name themselves otherwise.
                .ensembleTracker(false)
                .build();
    }

    private static void awaitConnected(CuratorFramework client, String connectString, ZooKeeperConfig config)
            throws InterruptedException {
        long millis = config.connectTimeout().toMillis();
        if (!client.blockUntilConnected((int) millis, TimeUnit.MILLISECONDS)) {
            throw new StoreException(
                    StoreException.Kind.DISCONNECTED,
                    "no ZooKeeper server answered at " + connectString + " within " + millis
                            + " ms: check the addresses, and that a majority of the servers runs");
        }
    }

    private static void createAbove(CuratorFramework client, Chroot root) throws Exception {
        String parent = Paths.parent(root.full(Paths.ROOT));
        if (parent.equals(Paths.ROOT)) {
            return;
        }
        try {
            client.create().creatingParentsIfNeeded().forPath(parent, new byte[0]);
        } catch (KeeperException.NodeExistsException e) {
            LOG.debug("{} exists", parent);
        } catch (KeeperException.NoAuthException e) {
            throw new StoreException(
                    StoreException.Kind.NO_AUTH,
                    "no permission to create " + parent + " above " + root
                            + ": have it created, or choose another root",
                    e);
        }
    }

    private static void abandon(CuratorFramework client, ThreadLoop loop) {
        client.close();
        loop.close();
    }
}
