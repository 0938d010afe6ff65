package dev.assent.cli;

import dev.assent.store.Store;
import dev.assent.store.StoreException;
import dev.assent.zookeeper.ZooKeeperConfig;
import dev.assent.zookeeper.ZooKeeperStores;
import java.time.Duration;

/** Opens the tree for a command, and says in one line why it cannot. Stateless. */
final class Connection {
    private Connection() {}

    static Store open(ConnectionOptions options) {
        return open(options, ZooKeeperConfig.defaults().sessionTimeout());
    }

    static Store open(ConnectionOptions options, Duration sessionTimeout) {
        try {
            ZooKeeperConfig config = ZooKeeperConfig.defaults()
                    .withConnectTimeout(options.connectTimeout())
                    .withSessionTimeout(sessionTimeout);
            return ZooKeeperStores.connect(options.zooKeeper(), options.chroot(), config);
        } catch (IllegalArgumentException e) {
            throw CliException.usage(e.getMessage());
        } catch (StoreException e) {
            throw explained(e);
        }
    }

    /** What a failed read or connect means to the user. */
    static CliException explained(StoreException failure) {
        return switch (failure.kind()) {
            case DISCONNECTED, SESSION_ENDED -> CliException.unreachable(failure.getMessage());
            case NO_AUTH -> CliException.refused(failure.getMessage());
            case OTHER -> CliException.usage(failure.getMessage());
        };
    }
}
