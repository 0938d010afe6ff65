package dev.assent.cli.demo;

import dev.assent.Assent;
import dev.assent.AssentOptions;
import dev.assent.zookeeper.ZooKeeperConfig;
import dev.assent.zookeeper.ZooKeeperStores;
import java.time.Duration;

/** How everybody in a demo connects: to one installation, with the patience of a small machine. Stateless. */
public final class Connecting {
    public static final String CHROOT = "/assent";
    /** Longer than the coordinators': the rest is not what the takeover is about. */
    public static final Duration SESSION = Duration.ofSeconds(10);

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(60);
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private Connecting() {}

    /**
     * A connection for transactions or a participant.
     *
     * @param session how long a silent one is believed to live
     */
    public static Assent assent(String connectString, Duration session) {
        return Assent.connect(
                connectString,
                AssentOptions.defaults()
                        .withChroot(CHROOT)
                        .withConnection(session, CONNECT_LIMIT)
                        .withTimeouts(TRANSACTION_TIMEOUT, PATIENCE));
    }

    /** A connection that looks at the tree. */
    public static Observer observer(String connectString) {
        ZooKeeperConfig config =
                ZooKeeperConfig.defaults().withSessionTimeout(SESSION).withConnectTimeout(CONNECT_LIMIT);
        return new Observer(ZooKeeperStores.connect(connectString, CHROOT, config), connectString, CHROOT);
    }
}
