package dev.assent.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What all rounds of one cell say about one system. Immutable.
 *
 * @param system its name
 * @param setting the load
 * @param backlog how many other transactions were pending all the time
 * @param servers how many servers keep its decisions
 * @param replicas how many coordinators ran
 * @param fsync whether a decision is on a disk before anybody hears of it
 * @param rounds how many loads were measured
 * @param committedPerSecond the median of all rounds
 * @param slowestPerSecond the least of all rounds
 * @param fastestPerSecond the most of all rounds
 * @param p50Micros half of all committed transactions took no longer; all rounds together
 * @param p90Micros 90 of 100 took no longer
 * @param p99Micros 99 of 100 took no longer
 * @param maxMicros the longest
 * @param committed how many in all rounds
 * @param aborted how many in all rounds
 * @param unknown how many in all rounds
 * @param refused how many were refused for want of room, in all rounds
 * @param requests what was asked of ZooKeeper for each transaction, by role; empty where nothing was
 * @param processes what each process used, by its name
 */
public record Row(
        String system,
        Setting setting,
        int backlog,
        int servers,
        int replicas,
        boolean fsync,
        int rounds,
        double committedPerSecond,
        double slowestPerSecond,
        double fastestPerSecond,
        long p50Micros,
        long p90Micros,
        long p99Micros,
        long maxMicros,
        long committed,
        long aborted,
        long unknown,
        long refused,
        Map<String, PerTransaction> requests,
        Map<String, PerProcess> processes) {

    /** Requests of one role for each transaction that ended. Immutable. */
    public record PerTransaction(double subOperations, double zxids, double reads, double events) {}

    /**
     * What one process used. Immutable.
     *
     * @param cpuMicros for each committed transaction
     * @param residentBytes of memory, the most of all rounds; 0 where this system does not say
     * @param heapBytes of its Java heap in use, garbage included, the most of all rounds; empty where it is not known
     */
    public record PerProcess(double cpuMicros, long residentBytes, OptionalLong heapBytes) {}

    static Row of(Contender system, Setting setting, List<Sample> samples) {
        Histogram latencies = new Histogram(3);
        Counts counts = Counts.NONE;
        Map<String, Usage> usages = new TreeMap<>();
        long ended = 0;
        for (Sample sample : samples) {
            sample.usages().forEach((process, usage) -> usages.merge(process, usage, Usage::plus));
            latencies.add(sample.latencies());
            counts = counts.plus(sample.counts());
            ended += sample.ended();
        }
        long committed = samples.stream().mapToLong(Sample::committed).sum();
        double[] rates = samples.stream()
                .mapToDouble(Sample::committedPerSecond)
                .sorted()
                .toArray();
        return new Row(
                system.name(),
                setting,
                system.backlog(),
                system.servers(),
                system.replicas(),
                system.fsync(),
                samples.size(),
                median(rates),
                rates[0],
                rates[rates.length - 1],
                latencies.getValueAtPercentile(50) / 1_000,
                latencies.getValueAtPercentile(90) / 1_000,
                latencies.getValueAtPercentile(99) / 1_000,
                latencies.getMaxValue() / 1_000,
                committed,
                samples.stream().mapToLong(Sample::aborted).sum(),
                samples.stream().mapToLong(Sample::unknown).sum(),
                samples.stream().mapToLong(Sample::refused).sum(),
                perTransaction(counts, (double) ended),
                perProcess(usages, committed));
    }

    private static Map<String, PerProcess> perProcess(Map<String, Usage> usages, long committed) {
        Map<String, PerProcess> result = new TreeMap<>();
        if (committed > 0) {
            usages.forEach((process, usage) -> result.put(
                    process,
                    new PerProcess(usage.cpu().toNanos() / 1e3 / committed, usage.residentBytes(), usage.heapBytes())));
        }
        return result;
    }

    /** The CPU time of all processes for each committed transaction. */
    double cpuMicros() {
        return processes.values().stream().mapToDouble(PerProcess::cpuMicros).sum();
    }

    /** The resident memory of all processes; what they share is counted for each. */
    long residentBytes() {
        return processes.values().stream().mapToLong(PerProcess::residentBytes).sum();
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static Map<String, PerTransaction> perTransaction(Counts counts, double ended) {
        Map<String, PerTransaction> result = new TreeMap<>();
        if (ended > 0) {
            counts.byRole().forEach((role, requests) -> result.put(role, perTransaction(requests, ended)));
            if (!result.isEmpty()) {
                result.put(TOTAL, perTransaction(counts.total(), ended));
            }
        }
        return result;
    }

    private static PerTransaction perTransaction(Counts.Requests requests, double ended) {
        return new PerTransaction(
                requests.subOperations() / ended,
                requests.multis() / ended,
                requests.reads() / ended,
                requests.events() / ended);
    }

    /** The key of the sum of all roles in {@link #requests}. */
    public static final String TOTAL = "total";

    static final Comparator<Row> ORDER = Comparator.comparing(
                    (Row row) -> row.setting().participants())
            .thenComparing(row -> row.setting().inFlight())
            .thenComparing(row -> row.setting().ratePerSecond());
}
