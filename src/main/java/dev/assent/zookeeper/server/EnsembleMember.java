package dev.assent.zookeeper.server;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One server of an ensemble. Immutable.
 *
 * @param host the address it listens on, for its peers and for clients
 * @param peerPort where followers reach it when it leads
 * @param electionPort where votes arrive
 * @param clientPort where clients reach it
 */
public record EnsembleMember(String host, int peerPort, int electionPort, int clientPort) {
    public EnsembleMember {
        if (host.isBlank() || host.contains(":") || host.contains(",")) {
            throw new IllegalArgumentException("'" + host + "' is not a host name or IPv4 address");
        }
        requirePort("peer", host, peerPort);
        requirePort("election", host, electionPort);
        requirePort("client", host, clientPort);
    }

    /** Parses {@code host:peer:election:client,...}; the first is server 1. */
    public static List<EnsembleMember> parse(String text) {
        List<EnsembleMember> members = new ArrayList<>();
        for (String member : text.split(",", -1)) {
            String[] parts = member.split(":", -1);
            if (parts.length != 4) {
                throw new IllegalArgumentException("'" + member
                        + "' is not host:peerPort:electionPort:clientPort, as in 127.0.0.1:2888:3888:2181");
            }
            members.add(new EnsembleMember(
                    parts[0], number(member, parts[1]), number(member, parts[2]), number(member, parts[3])));
        }
        return List.copyOf(members);
    }

    /** The opposite of {@link #parse}. */
    public static String format(List<EnsembleMember> members) {
        return members.stream().map(EnsembleMember::toString).collect(Collectors.joining(","));
    }

    /** What a client connects to: all client addresses. */
    public static String connectString(List<EnsembleMember> members) {
        return members.stream()
                .map(member -> member.host() + ":" + member.clientPort())
                .collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return host + ":" + peerPort + ":" + electionPort + ":" + clientPort;
    }

    private static int number(String member, String port) {
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + port + "' in '" + member + "' is not a port number", e);
        }
    }

    private static void requirePort(String which, String host, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "the " + which + " port of " + host + " must be between 1 and 65535, not " + port);
        }
    }
}
