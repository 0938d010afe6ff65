package dev.assent.zookeeper;

import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.EnsembleMember;
import dev.assent.zookeeper.server.ParentWatch;
import dev.assent.zookeeper.server.ServerConfiguration;
import java.nio.file.Path;

/** A ZooKeeper server as a process of its own: {@code DATA CLIENT_PORT} or {@code DATA SERVER_ID ENSEMBLE}. */
public final class ServerMain {
    private ServerMain() {}

    public static void main(String[] args) throws Exception {
        ParentWatch.exitWithParent();
        Path data = Path.of(args[0]);
        int number = Integer.parseInt(args[1]);
        ServerConfiguration configuration = args.length == 2
                ? ServerConfiguration.standalone(data, number)
                : ServerConfiguration.member(data, number, EnsembleMember.parse(args[2]));
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(configuration)) {
            server.ended().join();
        }
    }
}
