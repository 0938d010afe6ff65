package dev.assent.cli;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/** Where the tree is: the options that every command takes that needs one. */
final class ConnectionOptions {
    static final String ZOOKEEPER = "--zookeeper";
    static final String ZOOKEEPER_DESCRIPTION =
            "ZooKeeper's servers (default: 127.0.0.1:2181); also from the environment: ASSENT_ZOOKEEPER.";
    static final String CHROOT = "--chroot";
    static final String DEFAULT_ZOOKEEPER = "127.0.0.1:2181";
    static final String DEFAULT_CHROOT = "/assent";

    @Option(names = ZOOKEEPER, paramLabel = "HOST:PORT[,…]", description = ZOOKEEPER_DESCRIPTION)
    private String zooKeeper = DEFAULT_ZOOKEEPER;

    @Option(
            names = CHROOT,
            paramLabel = "PATH",
            description = "Where the tree begins (default: /assent); also from the environment: ASSENT_CHROOT.")
    private String chroot = DEFAULT_CHROOT;

    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Durations.class,
            description = "How long to wait for ZooKeeper (default: ${DEFAULT-VALUE}).")
    private Duration connectTimeout;

    /** The servers, checked. */
    String zooKeeper() {
        addresses(zooKeeper);
        return zooKeeper;
    }

    /** The addresses in a list like {@code HOST:PORT,HOST:PORT}, not looked up yet. */
    static List<InetSocketAddress> addresses(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(ConnectionOptions::address)
                .toList();
    }

    /** The chroot, checked. */
    String chroot() {
        if (!chroot.equals("/") && !chroot.matches("(/[A-Za-z0-9._-]+)+")) {
            throw CliException.usage("--chroot '" + chroot + "' is not a path: it begins with / and does not end with"
                    + " it, as in " + DEFAULT_CHROOT);
        }
        return chroot;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    private static InetSocketAddress address(String address) {
        int colon = address.lastIndexOf(':');
        String port = address.substring(colon + 1);
        if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
            throw CliException.usage("--zookeeper '" + address + "' is not HOST:PORT with a port from 1 to 65535");
        }
        return InetSocketAddress.createUnresolved(address.substring(0, colon), Integer.parseInt(port));
    }
}
