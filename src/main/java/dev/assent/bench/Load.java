package dev.assent.bench;

import dev.assent.bench.TransactionSystem.End;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Keeps a system busy for a while and measures. Closed loop: a transaction begins when one ends. Open loop: transactions
 * begin at a fixed rate, and each latency counts from when it was to begin, so that a system that stands still is not
 * spared the ones that it kept from beginning (Tene, "How not to measure latency": coordinated omission). To be used once.
 */
final class Load {
    private static final long HUNDRED_MICROS = 100_000;
    private static final Duration LONGEST_END = Duration.ofMinutes(2);

    private final TransactionSystem system;
    private final Setting setting;
    private final long nanos;
    private final Random random;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread one = new Thread(task, "bench-load");
        one.setDaemon(true);
        return one;
    });
    private final CompletableFuture<Sample> done = new CompletableFuture<>();

    // Touched on the one thread alone.
    private final Histogram latencies = new Histogram(TimeUnit.MINUTES.toNanos(10), 3);
    private final Map<End, Long> ends = new EnumMap<>(End.class);
    private Counts countsBefore = Counts.NONE;
    private long startNanos;
    private long begun;
    private int underWay;
    private boolean over;

    Load(TransactionSystem system, Setting setting, Duration length, long seed) {
        this.system = system;
        this.setting = setting;
        this.nanos = length.toNanos();
        this.random = new Random(seed);
    }

    /** Blocks until the time is over and the last transaction has ended. */
    Sample run() throws InterruptedException, ExecutionException {
        try {
            thread.execute(() -> guarded(this::start));
            return done.orTimeout(nanos + LONGEST_END.toNanos(), TimeUnit.NANOSECONDS)
                    .get();
        } finally {
            thread.shutdownNow();
        }
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            done.completeExceptionally(e);
        }
    }

    private void start() {
        countsBefore = system.counts();
        startNanos = System.nanoTime();
        if (setting.ratePerSecond() == 0) {
            for (int i = 0; i < setting.inFlight(); i++) {
                begin(System.nanoTime());
            }
        } else {
            var unused = thread.scheduleAtFixedRate(() -> guarded(this::tick), 0, HUNDRED_MICROS, TimeUnit.NANOSECONDS);
        }
    }

    private void tick() {
        long elapsed = System.nanoTime() - startNanos;
        if (elapsed >= nanos) {
            over = true;
            endIfDone();
            return;
        }
        long due = (long) (elapsed / 1e9 * setting.ratePerSecond());
        while (begun < due) {
            long intended = startNanos + (long) (begun * 1e9 / setting.ratePerSecond());
            if (underWay >= setting.inFlight()) {
                begun++;
                ends.merge(End.REFUSED, 1L, Long::sum);
            } else {
                begin(intended);
            }
        }
    }

    private void begin(long intendedNanos) {
        begun++;
        underWay++;
        boolean abort = setting.abortPercent() > 0 && random.nextInt(100) < setting.abortPercent();
        var unused = system.transaction(abort)
                .whenCompleteAsync((end, failure) -> guarded(() -> ended(end, failure, intendedNanos)), thread);
    }

    private void ended(End end, Throwable failure, long intendedNanos) {
        long now = System.nanoTime();
        underWay--;
        if (failure != null) {
            done.completeExceptionally(failure);
            return;
        }
        ends.merge(end, 1L, Long::sum);
        if (end == End.COMMITTED) {
            latencies.recordValue(Math.max(0, now - intendedNanos));
        }
        if (setting.ratePerSecond() == 0) {
            over = now - startNanos >= nanos;
            if (!over) {
                begin(now);
            }
        }
        endIfDone();
    }

    private void endIfDone() {
        if (over && underWay == 0 && !done.isDone()) {
            done.complete(new Sample(
                    System.nanoTime() - startNanos,
                    ends.getOrDefault(End.COMMITTED, 0L),
                    ends.getOrDefault(End.ABORTED, 0L),
                    ends.getOrDefault(End.UNKNOWN, 0L),
                    ends.getOrDefault(End.REFUSED, 0L),
                    latencies,
                    system.counts().since(countsBefore),
                    Map.of()));
        }
    }
}
