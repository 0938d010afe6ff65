package dev.assent.zookeeper;

import dev.assent.zookeeper.server.ZooKeeperShell;
import java.util.List;

/** ZooKeeper's shell as Assent runs it: {@code CONNECT_STRING COMMAND…}. */
public final class ShellMain {
    private ShellMain() {}

    public static void main(String[] args) throws Exception {
        System.exit(ZooKeeperShell.run(args[0], List.of(args).subList(1, args.length)));
    }
}
