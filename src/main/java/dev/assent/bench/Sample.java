package dev.assent.bench;

import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What one load measured. Not to be changed.
 *
 * @param nanos from the first begin to the last end
 * @param latencies of committed transactions, in nanoseconds
 * @param counts what was asked of ZooKeeper meanwhile
 * @param usages what each process used meanwhile; empty until somebody looked
 */
public record Sample(
        long nanos,
        long committed,
        long aborted,
        long unknown,
        long refused,
        Histogram latencies,
        Counts counts,
        Map<String, Usage> usages) {
    double committedPerSecond() {
        return committed * 1e9 / nanos;
    }

    /** Transactions that ended one way or the other. */
    long ended() {
        return committed + aborted + unknown;
    }

    Sample with(Map<String, Usage> used) {
        return new Sample(nanos, committed, aborted, unknown, refused, latencies, counts, Map.copyOf(used));
    }
}
