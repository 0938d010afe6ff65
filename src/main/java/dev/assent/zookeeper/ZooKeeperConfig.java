package dev.assent.zookeeper;

import java.time.Duration;
import java.util.Objects;

/**
 * How to talk to ZooKeeper. Immutable.
 *
 * @param sessionTimeout how long the servers wait for a silent client before its ephemeral nodes go and others take over
 *     its work: shorter means a faster takeover and more false alarms when a process pauses. The servers narrow it to
 *     their own bounds, by default 2 to 20 ticks
 * @param connectTimeout how long {@link ZooKeeperStores#connect} tries before it gives up
 * @param maxRequestBytes the servers' {@code jute.maxbuffer}, from which a margin is kept: a larger request would look
 *     like a lost connection for ever (rule 10)
 */
public record ZooKeeperConfig(Duration sessionTimeout, Duration connectTimeout, int maxRequestBytes) {
    /** What ZooKeeper's servers take when nobody configured them. */
    private static final int DEFAULT_JUTE_MAXBUFFER = 0xfffff;

    private static final Duration MIN_SESSION = Duration.ofMillis(500);
    private static final Duration MAX_TIMEOUT = Duration.ofHours(1);
    private static final int MIN_REQUEST = 64 * 1024;
    private static final int MAX_REQUEST = 64 * 1024 * 1024;

    public ZooKeeperConfig {
        requireBetween("sessionTimeout", sessionTimeout, MIN_SESSION, MAX_TIMEOUT);
        requireBetween("connectTimeout", connectTimeout, Duration.ofMillis(1), MAX_TIMEOUT);
        if (maxRequestBytes < MIN_REQUEST || maxRequestBytes > MAX_REQUEST) {
            throw new IllegalArgumentException("maxRequestBytes must be between " + MIN_REQUEST + " and " + MAX_REQUEST
                    + ", not " + maxRequestBytes + ": set it to the servers' jute.maxbuffer");
        }
    }

    /** A session of 10 s, 15 s to connect, and the {@code jute.maxbuffer} of this JVM's system property or ZooKeeper's default. */
    public static ZooKeeperConfig defaults() {
        return new ZooKeeperConfig(
                Duration.ofSeconds(10),
                Duration.ofSeconds(15),
                Integer.getInteger("jute.maxbuffer", DEFAULT_JUTE_MAXBUFFER));
    }

    public ZooKeeperConfig withSessionTimeout(Duration timeout) {
        return new ZooKeeperConfig(timeout, connectTimeout, maxRequestBytes);
    }

    public ZooKeeperConfig withConnectTimeout(Duration timeout) {
        return new ZooKeeperConfig(sessionTimeout, timeout, maxRequestBytes);
    }

    public ZooKeeperConfig withMaxRequestBytes(int bytes) {
        return new ZooKeeperConfig(sessionTimeout, connectTimeout, bytes);
    }

    private static void requireBetween(String field, Duration value, Duration least, Duration most) {
        Objects.requireNonNull(value, field);
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(field + " must be between " + least + " and " + most + ", not " + value);
        }
    }
}
