package dev.assent.lab.bench.jmh;

import dev.assent.store.GroupCommit;
import dev.assent.store.Loop;
import dev.assent.store.Op;
import dev.assent.store.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to put one vote into a multi with others, and to hand its answer out. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GroupCommitBenchmark {
    private static final int WRITES = 50;

    private final List<List<Op>> votes = new ArrayList<>();
    private final List<Consumer<WriteResult>> open = new ArrayList<>();
    private int answered;

    @Setup
    public void setUp() {
        byte[] vote = new byte[120];
        for (int i = 0; i < WRITES; i++) {
            String record = "/transactions/1/1-" + String.format("%016x", i);
            votes.add(List.of(Op.check(record, 0), Op.set(record + "/bank-a", vote, 0)));
        }
    }

    @Benchmark
    @OperationsPerInvocation(WRITES)
    public int grouped() {
        GroupCommit group = new GroupCommit(new NoLoop(), Duration.ofMillis(100), (operations, then) -> open.add(then));
        answered = 0;
        for (List<Op> vote : votes) {
            group.submit(vote, result -> answered++);
        }
        while (!open.isEmpty()) {
            open.remove(open.size() - 1).accept(WriteResult.OK);
        }
        return answered;
    }

    /** Runs tasks at once; nothing here waits for a timer. */
    private static final class NoLoop implements Loop {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return () -> {};
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }
    }
}
