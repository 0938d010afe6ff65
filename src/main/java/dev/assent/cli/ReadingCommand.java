package dev.assent.cli;

import dev.assent.client.ClusterView;
import dev.assent.client.Inspector;
import dev.assent.client.InspectorConfig;
import dev.assent.store.Store;
import java.security.SecureRandom;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that looks at the tree and changes nothing. */
abstract class ReadingCommand extends BaseCommand {
    @Mixin
    private ConnectionOptions connection;

    @Option(names = "--json", description = "Print JSON, in one line.")
    private boolean json;

    @Override
    final ExitCode execute() throws Exception {
        check();
        try (Store store = Connection.open(connection)) {
            Inspector inspector = new Inspector(
                    store, InspectorConfig.defaults(connection.zooKeeper()), new SecureRandom()::nextLong);
            inspector.start();
            return read(inspector);
        }
    }

    /** Checks what was typed, before anything is opened. */
    void check() {}

    /** Reads and prints. */
    abstract ExitCode read(Inspector inspector) throws Exception;

    final boolean json() {
        return json;
    }

    /** Says so where an empty list means that nobody ever set up the tree. */
    final void explainEmpty(Inspector inspector) throws InterruptedException {
        explainEmpty(await("the installation", inspector.cluster()));
    }

    /** Says so where there is no installation. */
    final void explainEmpty(ClusterView view) {
        if (view.installation().isEmpty()) {
            progress("no installation at " + place() + ": start a coordinator, or check --chroot");
        }
    }

    /** Where it looks, for messages. */
    final String place() {
        return connection.zooKeeper() + connection.chroot();
    }
}
