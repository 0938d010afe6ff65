package dev.assent.participant;

import dev.assent.protocol.Names;
import java.time.Duration;
import java.util.Optional;

/**
 * How a participant instance works. Start from {@link #of} and change what differs; every value is checked at once and
 * a bad one is refused, never repaired. Immutable.
 *
 * @param name the participant's name, the same for all its instances
 * @param instance this instance's id, unique among the running ones; drawn at random where empty
 * @param concurrency the most prepares that run at once, and again the most commits and rollbacks: the two are counted
 *     apart, so that prepares that wait for locks never keep the commits waiting that would release them
 * @param queueBound the most inbox entries that wait in memory; more stay in the inbox until there is room
 * @param branchBound the most branches that this instance holds at once before it takes no new work
 * @param claimDelay how long the other instances leave new work to the preferred one, and how long the holder of
 *     enlisted work has to be missing before another instance votes NO for it
 * @param rescanInterval how often everything is read again, whatever the watches said (rule 7)
 * @param recoveryInterval how often the resource is asked for branches that nobody works on (rule 5)
 * @param retryMin the first pause before something is repeated
 * @param retryMax the longest pause before something is repeated
 * @param enlistedTimeout after this time without a request to prepare an enlisted branch rolls itself back
 * @param closeTimeout how long {@link Participant#close} waits for running calls of the resource
 */
public record ParticipantConfig(
        String name,
        Optional<String> instance,
        int concurrency,
        int queueBound,
        int branchBound,
        Duration claimDelay,
        Duration rescanInterval,
        Duration recoveryInterval,
        Duration retryMin,
        Duration retryMax,
        Duration enlistedTimeout,
        Duration closeTimeout) {
    private static final int MAX_CONCURRENCY = 1_024;
    private static final int MAX_BOUND = 1_000_000;
    private static final Duration LONGEST = Duration.ofDays(7);

    public ParticipantConfig {
        Names.require("participant", name);
        instance.ifPresent(id -> Names.require("instance", id));
        requireWithin("concurrency", concurrency, MAX_CONCURRENCY);
        requireWithin("queueBound", queueBound, MAX_BOUND);
        requireWithin("branchBound", branchBound, MAX_BOUND);
        requireWithin("claimDelay", claimDelay);
        requireWithin("rescanInterval", rescanInterval);
        requireWithin("recoveryInterval", recoveryInterval);
        requireWithin("retryMin", retryMin);
        requireWithin("retryMax", retryMax);
        requireWithin("enlistedTimeout", enlistedTimeout);
        requireWithin("closeTimeout", closeTimeout);
        if (retryMax.compareTo(retryMin) < 0) {
            throw new IllegalArgumentException("retryMax " + retryMax + " is shorter than retryMin " + retryMin
                    + ": raise the one or lower the other");
        }
    }

    private static void requireWithin(String key, int value, int bound) {
        if (value < 1 || value > bound) {
            throw new IllegalArgumentException(key + " " + value + " is not in 1.." + bound);
        }
    }

    private static void requireWithin(String key, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(key + " " + value + " is not above zero and up to " + LONGEST);
        }
    }

    /** The defaults for the participant {@code name}. */
    public static ParticipantConfig of(String name) {
        return new ParticipantConfig(
                name,
                Optional.empty(),
                16,
                2_000,
                10_000,
                Duration.ofMillis(500),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofMillis(50),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10));
    }

    /** The most calls of the resource that can run at once: what the pool has to have threads for. */
    public int poolThreads() {
        return 2 * concurrency + 1;
    }

    /** Names this instance, for people; it must be unique among the running ones. */
    public ParticipantConfig withInstance(String id) {
        return new ParticipantConfig(
                name,
                Optional.of(id),
                concurrency,
                queueBound,
                branchBound,
                claimDelay,
                rescanInterval,
                recoveryInterval,
                retryMin,
                retryMax,
                enlistedTimeout,
                closeTimeout);
    }

    /** With other bounds of concurrent calls, waiting work and branches held. */
    public ParticipantConfig withBounds(int calls, int queue, int branches) {
        return new ParticipantConfig(
                name,
                instance,
                calls,
                queue,
                branches,
                claimDelay,
                rescanInterval,
                recoveryInterval,
                retryMin,
                retryMax,
                enlistedTimeout,
                closeTimeout);
    }

    /** With other intervals of reading everything again and of asking the resource. */
    public ParticipantConfig withIntervals(Duration claim, Duration rescan, Duration recovery) {
        return new ParticipantConfig(
                name,
                instance,
                concurrency,
                queueBound,
                branchBound,
                claim,
                rescan,
                recovery,
                retryMin,
                retryMax,
                enlistedTimeout,
                closeTimeout);
    }

    /** With other pauses before something is repeated. */
    public ParticipantConfig withRetries(Duration min, Duration max) {
        return new ParticipantConfig(
                name,
                instance,
                concurrency,
                queueBound,
                branchBound,
                claimDelay,
                rescanInterval,
                recoveryInterval,
                min,
                max,
                enlistedTimeout,
                closeTimeout);
    }

    /** With other bounds of waiting, for enlisted branches and at the close. */
    public ParticipantConfig withTimeouts(Duration enlisted, Duration close) {
        return new ParticipantConfig(
                name,
                instance,
                concurrency,
                queueBound,
                branchBound,
                claimDelay,
                rescanInterval,
                recoveryInterval,
                retryMin,
                retryMax,
                enlisted,
                close);
    }
}
