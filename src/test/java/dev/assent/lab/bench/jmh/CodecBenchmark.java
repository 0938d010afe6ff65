package dev.assent.lab.bench.jmh;

import dev.assent.protocol.Decision;
import dev.assent.protocol.Slot;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Verdict;
import dev.assent.protocol.Vote;
import dev.assent.store.Node;
import dev.assent.store.Records;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The formats of a record and a slot: written once, read by every role. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
    private final TransactionRecord record = new TransactionRecord(
            List.of("bank-a", "bank-b"),
            false,
            Duration.ofSeconds(30),
            "0123456789abcdef-1",
            Optional.empty(),
            Optional.empty());
    private final Verdict commit = new Verdict(Decision.COMMIT, 7, "");
    private final Slot vote = Slot.vote(Vote.YES, "bank-a-1", "0123456789abcdef", "postgresql:1/db", "");
    private final byte[] begun = Records.begin(record);
    private final byte[] decided = Records.decide(begun, commit);
    private final Optional<Node> slotNode = Optional.of(new Node(Records.slot(vote), 1, 0, false, 0, 0, 0));

    @Benchmark
    public byte[] writeRecord() {
        return Records.begin(record);
    }

    @Benchmark
    public byte[] decideRecord() {
        return Records.decide(begun, commit);
    }

    @Benchmark
    public TransactionRecord readRecord() {
        return Records.record(decided);
    }

    @Benchmark
    public byte[] writeSlot() {
        return Records.slot(vote);
    }

    @Benchmark
    public SlotView readSlot() {
        return Records.slot(slotNode);
    }
}
