package dev.assent.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What one schedule is made of, drawn from its seed: each has its own sizes, speeds and kinds of faults, so that rare
 * combinations are frequent somewhere (Groce et al., "Swarm testing"). Durations in nanoseconds.
 */
final class Plan {
    /** What can happen to a process or to the ensemble. */
    enum Fault {
        CRASH,
        STOP,
        PAUSE,
        CUT,
        BREAK,
        END_SESSION,
        ABANDON_SESSION,
        STALL,
        /** Followers stall, and a participant then gets a new session, maybe on one of them. */
        STALE_SESSION,
        FLAP
    }

    private static final long MILLISECOND = Duration.ofMillis(1).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    final int coordinators;
    /** How many instances each participant has. */
    final List<Integer> instances = new ArrayList<>();
    /** Which participants' resources commit in one phase. */
    final List<Boolean> onePhase = new ArrayList<>();

    final int initiators;
    final int transactions;
    final long workTime;
    final long hop;
    final long lag;
    final long late;
    final long reconnect;
    final int lostPerMille;
    final int slowPerMille;
    final long slowness;
    final long poolLatency;
    final int poolSlowPerMille;
    final int poolCrashPerMille;
    final long transactionTimeout;
    final long sealDelay;
    final int generationSize;
    final long abortGrace;
    final int enlistedPerMille;
    final int onePerMille;
    final int operations;
    final int garbage;
    final int brokenPromises;
    final Set<Fault> faults = EnumSet.noneOf(Fault.class);
    final int faultCount;
    final int refuses;
    final int readOnly;
    final int failsBefore;
    final int failsAfter;
    final int togetherPerMille;

    Plan(Rng rng) {
        coordinators = rng.perMille(150) ? 1 : rng.perMille(800) ? 2 : 3;
        int participants = rng.between(1, 3);
        for (int i = 0; i < participants; i++) {
            instances.add(rng.coin() ? 1 : 2);
            onePhase.add(rng.coin());
        }
        initiators = rng.between(1, 2);
        transactions = rng.between(3, 9);
        workTime = rng.between(1, 8) * SECOND;
        hop = rng.pick(List.of(MILLISECOND / 5, MILLISECOND, 5 * MILLISECOND));
        lag = rng.pick(List.of(0L, MILLISECOND, 20 * MILLISECOND, 300 * MILLISECOND, 3 * SECOND));
        late = rng.pick(List.of(0L, 20 * MILLISECOND, SECOND, 4 * SECOND));
        reconnect = rng.pick(List.of(MILLISECOND, 50 * MILLISECOND, SECOND));
        lostPerMille = rng.pick(List.of(0, 10, 50, 150));
        slowPerMille = rng.pick(List.of(0, 0, 20));
        slowness = rng.pick(List.of(50 * MILLISECOND, SECOND));
        poolLatency = rng.pick(List.of(MILLISECOND, 10 * MILLISECOND, 300 * MILLISECOND));
        poolSlowPerMille = rng.pick(List.of(0, 30, 100));
        poolCrashPerMille = rng.pick(List.of(0, 0, 20, 60));
        transactionTimeout = rng.pick(List.of(100 * MILLISECOND, SECOND, 4 * SECOND, 20 * SECOND));
        sealDelay = rng.pick(List.of(0L, 50 * MILLISECOND, SECOND));
        generationSize = rng.between(1, 5);
        abortGrace = rng.pick(List.of(0L, 100 * MILLISECOND, 2 * SECOND));
        enlistedPerMille = rng.pick(List.of(0, 300, 700));
        onePerMille = rng.pick(List.of(0, 300, 700));
        operations = rng.pick(List.of(0, 0, 2, 4));
        garbage = rng.perMille(200) ? rng.between(1, 4) : 0;
        brokenPromises = rng.perMille(50) ? 1 : 0;
        for (Fault fault : Fault.values()) {
            if (rng.coin()) {
                faults.add(fault);
            }
        }
        faultCount = faults.isEmpty() ? 0 : rng.between(0, 10);
        refuses = rng.pick(List.of(0, 50));
        readOnly = rng.pick(List.of(0, 0, 100));
        failsBefore = rng.pick(List.of(0, 0, 50));
        failsAfter = rng.pick(List.of(0, 0, 50));
        togetherPerMille = rng.pick(List.of(0, 300, 700));
    }
}
