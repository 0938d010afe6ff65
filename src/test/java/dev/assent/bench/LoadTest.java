package dev.assent.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is measured of systems that do what a test says. */
class LoadTest {
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);

    /** Ends nothing by itself. */
    private static class Scripted implements TransactionSystem {
        final Queue<CompletableFuture<End>> open = new ConcurrentLinkedQueue<>();
        final AtomicInteger aborts = new AtomicInteger();
        final AtomicInteger begun = new AtomicInteger();
        int most;

        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public void prepare(Setting setting) {}

        @Override
        public CompletableFuture<End> transaction(boolean abort) {
            begun.incrementAndGet();
            aborts.addAndGet(abort ? 1 : 0);
            CompletableFuture<End> end = new CompletableFuture<>();
            open.add(end);
            most = Math.max(most, open.size());
            return end;
        }

        void endAll(End how) {
            for (CompletableFuture<End> end = open.poll(); end != null; end = open.poll()) {
                end.complete(how);
            }
        }

        @Override
        public Counts counts() {
            return Counts.NONE.plus("role", new Counts.Requests(10L * begun.get(), begun.get(), 0, 0));
        }

        @Override
        public int servers() {
            return 1;
        }

        @Override
        public boolean fsync() {
            return true;
        }

        @Override
        public Map<String, Long> processes() {
            return Map.of();
        }

        @Override
        public void close() {}
    }

    /** Ends each as it comes, on a thread of the load. */
    private static final class Instant extends Scripted {
        private final End how;

        Instant(End how) {
            this.how = how;
        }

        @Override
        public CompletableFuture<End> transaction(boolean abort) {
            begun.incrementAndGet();
            aborts.addAndGet(abort ? 1 : 0);
            return CompletableFuture.completedFuture(abort ? End.ABORTED : how);
        }
    }

    private static Setting closed(int inFlight, int abortPercent) {
        return new Setting(2, inFlight, 0, abortPercent, 0);
    }

    private static CompletableFuture<Sample> start(Load load) {
        CompletableFuture<Sample> sample = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        sample.complete(load.run());
                    } catch (InterruptedException | ExecutionException e) {
                        sample.completeExceptionally(e);
                    }
                })
                .start();
        return sample;
    }

    @Test
    void keepsAsManyOnTheirWayAsItIsTold() throws Exception {
        Scripted system = new Scripted();
        CompletableFuture<Sample> sample = start(new Load(system, closed(7, 0), ONE_SECOND, 1));
        Await.until("seven begun", () -> system.open.size() == 7);
        Await.until("the end", () -> {
            system.endAll(TransactionSystem.End.COMMITTED);
            return sample.isDone();
        });
        assertEquals(7, system.most);
        assertEquals(system.begun.get(), sample.get().committed());
        assertEquals(10L * system.begun.get(), sample.get().counts().total().subOperations());
    }

    @Test
    void countsEachEndAsWhatItIs() throws Exception {
        for (TransactionSystem.End end : TransactionSystem.End.values()) {
            Sample sample = new Load(new Instant(end), closed(1, 0), ONE_SECOND, 1).run();
            assertEquals(end == TransactionSystem.End.COMMITTED, sample.committed() > 0);
            assertEquals(end == TransactionSystem.End.ABORTED, sample.aborted() > 0);
            assertEquals(end == TransactionSystem.End.UNKNOWN, sample.unknown() > 0);
            assertEquals(end == TransactionSystem.End.REFUSED, sample.refused() > 0);
            assertEquals(sample.committed(), sample.latencies().getTotalCount());
        }
    }

    @Test
    void abortsAsManyAsItIsTold() throws Exception {
        Instant system = new Instant(TransactionSystem.End.COMMITTED);
        Sample sample = new Load(system, closed(1, 20), ONE_SECOND, 1).run();
        assertEquals(system.aborts.get(), sample.aborted());
        assertEquals(0.2, sample.aborted() / (double) sample.ended(), 0.1);
    }

    /** A system that stands still is not spared the transactions that it kept from beginning in time. */
    @Test
    void latenciesCountFromWhenATransactionWasToBegin() throws Exception {
        Scripted system = new Scripted();
        CompletableFuture<Sample> sample = start(new Load(system, new Setting(2, 100, 0, 0, 1_000), ONE_SECOND, 1));
        Await.until("it is full", () -> system.open.size() == 100);
        long full = System.nanoTime();
        Await.until("the time is over", () -> System.nanoTime() - full > 2 * ONE_SECOND.toNanos());
        system.endAll(TransactionSystem.End.COMMITTED);
        Sample measured = sample.get(1, TimeUnit.MINUTES);
        assertEquals(100, measured.committed());
        assertTrue(measured.refused() >= 800, "refused for want of room: " + measured.refused());
        assertTrue(measured.latencies().getMinValue() >= ONE_SECOND.toNanos());
    }

    @Test
    void aSystemThatFailsEndsTheLoad() {
        Scripted system = new Scripted() {
            @Override
            public CompletableFuture<End> transaction(boolean abort) {
                return CompletableFuture.failedFuture(new IllegalStateException("broken"));
            }
        };
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> new Load(system, closed(1, 0), ONE_SECOND, 1).run());
        assertTrue(failure.toString().contains("broken"), failure::toString);
    }

    @Test
    void theMedianOfTheRoundsCounts() throws Exception {
        Instant system = new Instant(TransactionSystem.End.COMMITTED);
        Sample one = new Load(system, closed(1, 0), ONE_SECOND, 1).run();
        List<Sample> samples = new ArrayList<>();
        for (long committed : List.of(300, 100, 200)) {
            samples.add(new Sample(1_000_000_000, committed, 0, 0, 0, one.latencies(), Counts.NONE, Map.of()));
        }
        Row row = Row.of(system, closed(1, 0), samples);
        assertEquals(200, row.committedPerSecond());
        assertEquals(100, row.slowestPerSecond());
        assertEquals(300, row.fastestPerSecond());
        assertEquals(600, row.committed());
        assertTrue(BenchReport.json(new BenchResult(List.of(row), Map.of(), Map.of(), OptionalLong.empty()))
                .contains("\"subOperationsPerTransaction\" : null"));
    }
}
