package dev.assent.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Many schedules on several threads; they share nothing but the seeds still to be taken. Ends at the first violation. */
final class Campaign {
    /**
     * How it went.
     *
     * @param schedules how many were run
     * @param hash over the hashes of all schedules, in no order
     * @param violation the violation with the lowest seed, told in words
     */
    record Summary(long schedules, long events, long hash, Coverage coverage, Optional<Simulation.Result> violation) {}

    private final long firstSeed;
    private final long schedules;
    private final int threads;
    private final Plant plant;
    private final LongConsumer progress;
    private final AtomicLong next;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong hash = new AtomicLong();
    private final AtomicBoolean stop = new AtomicBoolean();

    /**
     * @param progress told how many schedules are done, from any of the threads
     */
    Campaign(long firstSeed, long schedules, int threads, Plant plant, LongConsumer progress) {
        this.firstSeed = firstSeed;
        this.schedules = schedules;
        this.threads = threads;
        this.plant = plant;
        this.progress = progress;
        this.next = new AtomicLong(firstSeed);
    }

    Summary run() throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<List<Simulation.Result>>> workers = new ArrayList<>();
            List<Coverage> coverages = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Coverage coverage = new Coverage();
                coverages.add(coverage);
                workers.add(() -> work(coverage));
            }
            List<Simulation.Result> found = new ArrayList<>();
            for (Future<List<Simulation.Result>> worker : pool.invokeAll(workers)) {
                found.addAll(worker.get());
            }
            Coverage all = new Coverage();
            coverages.forEach(all::add);
            Optional<Simulation.Result> first = found.stream()
                    .min(Comparator.comparingLong(Simulation.Result::seed))
                    .map(result -> Simulation.run(result.seed(), plant, new Coverage(), true));
            return new Summary(done.get(), events.get(), hash.get(), all, first);
        } finally {
            pool.shutdownNow();
        }
    }

    private List<Simulation.Result> work(Coverage coverage) {
        List<Simulation.Result> found = new ArrayList<>();
        while (!stop.get()) {
            long seed = next.getAndIncrement();
            if (seed - firstSeed >= schedules) {
                break;
            }
            Simulation.Result result = Simulation.run(seed, plant, coverage, false);
            events.addAndGet(result.events());
            hash.addAndGet(result.hash());
            if (result.violation().isPresent()) {
                found.add(result);
                stop.set(true);
            }
            progress.accept(done.incrementAndGet());
        }
        return found;
    }
}
