package dev.assent.zookeeper;

import dev.assent.store.StoreException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.ZKClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses servers that can lose committed data. ZooKeeper's client protocol does not tell a server's version; the
 * command {@code srvr} does, which servers answer unless their whitelist forbids it. A server that is down, or that
 * does not answer, is not refused but named in a warning.
 */
final class ServerVersions {
    private static final Logger LOG = LoggerFactory.getLogger(ServerVersions.class);

    /** Older ones can lose committed data (ZOOKEEPER-4925). */
    static final List<Integer> OLDEST = List.of(3, 9, 5);

    private static final int TIMEOUT_MILLIS = 1_000;
    private static final int MAX_ANSWER = 4_096;
    private static final Pattern VERSION = Pattern.compile("Zookeeper version: (\\d+)\\.(\\d+)\\.(\\d+)\\S*");

    private ServerVersions() {}

    /**
     * Asks each server of {@code connectString}, one after the other.
     *
     * @throws StoreException naming a server that is too old
     */
    static void check(String connectString, ZKClientConfig client) {
        if (client.getBoolean(ZKClientConfig.SECURE_CLIENT)) {
            LOG.warn(
                    "the versions of {} cannot be learned over TLS; see to it that they are {} or newer",
                    connectString,
                    text(OLDEST));
            return;
        }
        List<String> silent = new ArrayList<>();
        for (InetSocketAddress address : new ConnectStringParser(connectString).getServerAddresses()) {
            try {
                Optional<String> answer = ask(address);
                answer.ifPresentOrElse(
                        line -> requireNewEnough(address.getHostString() + ":" + address.getPort(), line),
                        () -> silent.add(address.getHostString() + ":" + address.getPort()));
            } catch (IOException e) {
                LOG.debug("{} does not answer now, its version stays unchecked", address, e);
            }
        }
        if (!silent.isEmpty()) {
            LOG.warn(
                    "the versions of {} cannot be learned (put srvr on their 4lw.commands.whitelist); see to it that they"
                            + " are {} or newer, older ones can lose committed data",
                    silent,
                    text(OLDEST));
        }
    }

    /** Refuses an answer to {@code srvr} that names an old version. */
    static void requireNewEnough(String server, String answer) {
        Matcher version = VERSION.matcher(answer);
        if (!version.find()) {
            return;
        }
        for (int i = 0; i < OLDEST.size(); i++) {
            int part = Integer.parseInt(version.group(i + 1));
            if (part != OLDEST.get(i)) {
                if (part > OLDEST.get(i)) {
                    return;
                }
                throw new StoreException(
                        StoreException.Kind.OTHER,
                        "the ZooKeeper server " + server + " is of version "
                                + version.group().substring(19)
                                + ", which can lose committed data (ZOOKEEPER-4925): upgrade it to " + text(OLDEST)
                                + " or newer");
            }
        }
    }

    private static Optional<String> ask(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(address.getHostString(), address.getPort()), TIMEOUT_MILLIS);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(MAX_ANSWER), StandardCharsets.US_ASCII);
            return VERSION.matcher(answer).find() ? Optional.of(answer) : Optional.empty();
        }
    }

    private static String text(List<Integer> version) {
        return version.get(0) + "." + version.get(1) + "." + version.get(2);
    }
}
