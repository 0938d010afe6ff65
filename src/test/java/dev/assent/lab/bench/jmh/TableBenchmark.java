package dev.assent.lab.bench.jmh;

import dev.assent.protocol.CommitProtocol;
import dev.assent.protocol.Coordination;
import dev.assent.protocol.Machine;
import dev.assent.protocol.Slot;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.Vote;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The leader's steps for one transaction that commits, and the count of its votes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TableBenchmark {
    private final CommitProtocol protocol = CommitProtocol.standard();
    private final Optional<List<String>> list = Optional.of(List.of("bank-a", "bank-b"));
    private final SlotView yes = SlotView.of(1, Slot.vote(Vote.YES, "one", "0123456789abcdef", "postgresql:1/db", ""));
    private final Map<String, SlotView> slots = Map.of("bank-a", yes, "bank-b", yes);

    @Benchmark
    public Coordination.State committed() {
        Machine<Coordination.State, Coordination.Event, Coordination.Effect> machine =
                protocol.coordination().start(Coordination.State.UNREAD, "1-0000000000000000");
        machine.fire(Coordination.Event.READ_CLOSED);
        machine.fire(Coordination.Event.ALL_PREPARED);
        machine.fire(Coordination.Event.DECISION_WRITTEN);
        machine.fire(Coordination.Event.ALL_ACKNOWLEDGED);
        return machine.state();
    }

    @Benchmark
    public Optional<Coordination.Event> tally() {
        return protocol.tally(list, slots);
    }
}
