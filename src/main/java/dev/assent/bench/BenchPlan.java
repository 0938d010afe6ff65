package dev.assent.bench;

import dev.assent.protocol.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole run: every setting for every system, in rounds, the systems by turns. Immutable; checked at construction.
 *
 * @param settings the cells
 * @param length how long each load lasts
 * @param warmUp how long each system is kept busy before the first round
 * @param rounds how often each cell is measured
 * @param servers how many ZooKeeper servers keep the tree
 * @param replicas how many coordinators run
 * @param backlog how many other transactions are pending all the time
 * @param together how many transactions may share their znodes, 1: each has its own
 */
public record BenchPlan(
        List<Setting> settings,
        Duration length,
        Duration warmUp,
        int rounds,
        int servers,
        int replicas,
        int backlog,
        int together) {
    public static final int MAX_BACKLOG = 100_000;

    public BenchPlan {
        settings = List.copyOf(settings);
        if (settings.isEmpty()) {
            throw new IllegalArgumentException("nothing to measure: give at least one --participants and --in-flight");
        }
        Setting.require("seconds", length.toSeconds(), 1, 3_600);
        Setting.require("warm-up", warmUp.toSeconds(), 0, 3_600);
        Setting.require("rounds", rounds, 1, 100);
        Setting.require("replicas", replicas, 1, 5);
        Setting.require("backlog", backlog, 0, MAX_BACKLOG);
        Setting.require("together", together, 1, TransactionId.MOST_TOGETHER);
        Ensemble.requireSize(servers);
    }

    /** The cells of every combination. */
    public static List<Setting> settings(
            List<Integer> participants, List<Integer> inFlight, int payloadBytes, int abortPercent, int ratePerSecond) {
        List<Setting> all = new ArrayList<>();
        for (int several : participants) {
            for (int many : inFlight) {
                all.add(new Setting(several, many, payloadBytes, abortPercent, ratePerSecond));
            }
        }
        return all;
    }
}
