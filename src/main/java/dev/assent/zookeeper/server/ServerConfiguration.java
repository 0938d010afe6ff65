package dev.assent.zookeeper.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/**
 * How to run a server. Immutable.
 *
 * @param dataDirectory where its log and snapshots are kept; nothing else may write there
 * @param address the address it listens on
 * @param clientPort where clients reach it; 0 for a free port, chosen at the start
 * @param serverId this server's number in the ensemble, from 1; 0 alone
 * @param ensemble all servers in the same order everywhere; empty alone
 * @param tick ZooKeeper's unit of time: sessions last 2 to 120 of them, a follower may lag 10
 */
public record ServerConfiguration(
        Path dataDirectory,
        String address,
        int clientPort,
        int serverId,
        List<EnsembleMember> ensemble,
        Duration tick) {
    /** Short enough for sessions of one second. */
    public static final Duration DEFAULT_TICK = Duration.ofMillis(500);

    /** Reached from this machine only. */
    public static final String LOOPBACK = "127.0.0.1";

    private static final int INIT_TICKS = 20;
    private static final int SYNC_TICKS = 10;
    private static final int MAX_SESSION_TICKS = 120;

    public ServerConfiguration {
        ensemble = List.copyOf(ensemble);
        if (serverId < 0 || serverId > ensemble.size() || (serverId == 0) != ensemble.isEmpty()) {
            throw new IllegalArgumentException(
                    "server-id " + serverId + " does not name one of the " + ensemble.size()
                            + " servers of the ensemble: count from 1 in the order of the list, give neither for a single server");
        }
        if (clientPort < 0 || clientPort > 65_535) {
            throw new IllegalArgumentException("the client port must be between 0 and 65535, not " + clientPort);
        }
        if (tick.toMillis() < 50 || tick.toMillis() > 60_000) {
            throw new IllegalArgumentException("the tick must be between PT0.05S and PT1M, not " + tick);
        }
    }

    /** A server alone, on the loopback address. */
    public static ServerConfiguration standalone(Path dataDirectory, int clientPort) {
        return new ServerConfiguration(dataDirectory, LOOPBACK, clientPort, 0, List.of(), DEFAULT_TICK);
    }

    /** Server {@code serverId} of an ensemble; its addresses stand in the list. */
    public static ServerConfiguration member(Path dataDirectory, int serverId, List<EnsembleMember> ensemble) {
        if (serverId < 1 || serverId > ensemble.size()) {
            throw new IllegalArgumentException("server-id must be between 1 and " + ensemble.size() + ", the number of"
                    + " servers in the ensemble, not " + serverId);
        }
        EnsembleMember self = ensemble.get(serverId - 1);
        return new ServerConfiguration(dataDirectory, self.host(), self.clientPort(), serverId, ensemble, DEFAULT_TICK);
    }

    public ServerConfiguration withAddress(String newAddress) {
        return new ServerConfiguration(dataDirectory, newAddress, clientPort, serverId, ensemble, tick);
    }

    public ServerConfiguration withTick(Duration newTick) {
        return new ServerConfiguration(dataDirectory, address, clientPort, serverId, ensemble, newTick);
    }

    /** The same in ZooKeeper's words. Every write is synced to disk before it is answered: ZooKeeper's default. */
    Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("dataDir", dataDirectory.toAbsolutePath().toString());
        properties.setProperty("clientPortAddress", address);
        properties.setProperty("clientPort", Integer.toString(clientPort));
        properties.setProperty("tickTime", Long.toString(tick.toMillis()));
        properties.setProperty("initLimit", Integer.toString(INIT_TICKS));
        properties.setProperty("syncLimit", Integer.toString(SYNC_TICKS));
        properties.setProperty("maxSessionTimeout", Long.toString(tick.toMillis() * MAX_SESSION_TICKS));
        properties.setProperty("maxClientCnxns", "0");
        properties.setProperty("autopurge.snapRetainCount", "3");
        properties.setProperty("autopurge.purgeInterval", "1");
        properties.setProperty("admin.enableServer", "false");
        properties.setProperty("4lw.commands.whitelist", "srvr,ruok,mntr");
        for (int i = 0; i < ensemble.size(); i++) {
            EnsembleMember member = ensemble.get(i);
            properties.setProperty(
                    "server." + (i + 1), member.host() + ":" + member.peerPort() + ":" + member.electionPort());
        }
        return properties;
    }
}
