package dev.assent;

import dev.assent.client.InitiatorConfig;
import dev.assent.zookeeper.ZooKeeperConfig;
import java.time.Duration;

/**
 * Settings of an {@link Assent}, all checked at construction. Immutable; begin with {@link #defaults}, the one place of the
 * default times.
 *
 * @param chroot the installation's root in ZooKeeper, the same as the coordinators'
 * @param sessionTimeout how long ZooKeeper waits for a silent client before its presence goes
 * @param connectTimeout how long {@link Assent#connect} and {@link Assent#participate} try before they give up
 * @param transactionTimeout a transaction's timeout where its caller gives none: how long a coordinator waits for the
 *     votes, and how long it is tried to begin
 * @param patience how much longer than the transaction's timeout a caller waits for the outcome. Shorter than a session
 *     timeout plus a transaction's timeout, and a killed coordinator shows itself as an unknown outcome
 * @param maxInFlight the most transactions that are in flight here at once; more are refused
 * @param maxPayloadBytes the largest payload of one participant
 * @param maxRequestBytes the largest begin, all payloads together; stays below the servers' {@code jute.maxbuffer}
 * @param resourceConcurrency how many prepares, and again how many commits and rollbacks, of one participant run at once,
 *     each on a thread of its pool
 */
public record AssentOptions(
        String chroot,
        Duration sessionTimeout,
        Duration connectTimeout,
        Duration transactionTimeout,
        Duration patience,
        int maxInFlight,
        int maxPayloadBytes,
        int maxRequestBytes,
        int resourceConcurrency) {
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int MOST_CONCURRENT = 1_024;

    public AssentOptions {
        if (!chroot.startsWith("/")) {
            throw new IllegalArgumentException("chroot '" + chroot + "' does not begin with '/'");
        }
        requireWithin("transactionTimeout", transactionTimeout);
        requireWithin("patience", patience);
        if (resourceConcurrency < 1 || resourceConcurrency > MOST_CONCURRENT) {
            throw new IllegalArgumentException(
                    "resourceConcurrency " + resourceConcurrency + " is not in 1.." + MOST_CONCURRENT);
        }
        // The parts check what is theirs; here, so that a bad value is refused before anything is opened.
        var unusedConnection = zooKeeper(sessionTimeout, connectTimeout);
        var unusedInitiator = initiator("", patience, maxInFlight, maxPayloadBytes, maxRequestBytes);
    }

    /** {@code /assent}; sessions of 10 s; 15 s to connect; transactions of 30 s, and 30 s of patience; 1,000 in flight. */
    public static AssentOptions defaults() {
        return new AssentOptions(
                "/assent",
                Duration.ofSeconds(10),
                Duration.ofSeconds(15),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                1_000,
                256 * 1_024,
                900_000,
                16);
    }

    public AssentOptions withChroot(String value) {
        return new AssentOptions(
                value,
                sessionTimeout,
                connectTimeout,
                transactionTimeout,
                patience,
                maxInFlight,
                maxPayloadBytes,
                maxRequestBytes,
                resourceConcurrency);
    }

    /** With other times for the connection. */
    public AssentOptions withConnection(Duration session, Duration connect) {
        return new AssentOptions(
                chroot,
                session,
                connect,
                transactionTimeout,
                patience,
                maxInFlight,
                maxPayloadBytes,
                maxRequestBytes,
                resourceConcurrency);
    }

    /** With another default timeout of transactions, and another time to wait beyond it. */
    public AssentOptions withTimeouts(Duration transaction, Duration waiting) {
        return new AssentOptions(
                chroot,
                sessionTimeout,
                connectTimeout,
                transaction,
                waiting,
                maxInFlight,
                maxPayloadBytes,
                maxRequestBytes,
                resourceConcurrency);
    }

    /** With other bounds of what is in flight and how large it may be. */
    public AssentOptions withBounds(int inFlight, int payloadBytes, int requestBytes) {
        return new AssentOptions(
                chroot,
                sessionTimeout,
                connectTimeout,
                transactionTimeout,
                patience,
                inFlight,
                payloadBytes,
                requestBytes,
                resourceConcurrency);
    }

    public AssentOptions withResourceConcurrency(int value) {
        return new AssentOptions(
                chroot,
                sessionTimeout,
                connectTimeout,
                transactionTimeout,
                patience,
                maxInFlight,
                maxPayloadBytes,
                maxRequestBytes,
                value);
    }

    ZooKeeperConfig zooKeeper() {
        return zooKeeper(sessionTimeout, connectTimeout);
    }

    InitiatorConfig initiator(String store) {
        return initiator(store, patience, maxInFlight, maxPayloadBytes, maxRequestBytes);
    }

    private static ZooKeeperConfig zooKeeper(Duration session, Duration connect) {
        return ZooKeeperConfig.defaults().withSessionTimeout(session).withConnectTimeout(connect);
    }

    private static InitiatorConfig initiator(String store, Duration patience, int inFlight, int payload, int request) {
        return InitiatorConfig.defaults(store)
                .withPatience(patience)
                .withMaxInFlight(inFlight)
                .withMaxBytes(payload, request);
    }

    private static void requireWithin(String key, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(key + " " + value + " is not within PT0.001S and " + LONGEST);
        }
    }
}
