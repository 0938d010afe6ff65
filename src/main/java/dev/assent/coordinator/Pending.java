package dev.assent.coordinator;

import dev.assent.protocol.Coordination;
import dev.assent.protocol.Machine;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Backoff;
import dev.assent.store.Loop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One transaction that this leader looks after: its machine, what was read of it, and what is on its way. Lives on the loop. */
final class Pending {
    final TransactionId id;
    final Machine<Coordination.State, Coordination.Event, Coordination.Effect> machine;
    /** From here its timeout runs, on this leader's clock (rule 8). */
    final long seenNanos;

    /** Slots asked for one by one; true where another change came meanwhile. */
    final Map<String, Boolean> asked = new LinkedHashMap<>();
    /** Slots that may have changed while they could not be asked for. */
    final Set<String> hinted = new LinkedHashSet<>();
    /** Operators who wait for an answer. */
    final List<OperationDesk.Request> operators = new ArrayList<>();
    /** How often in a row something of it failed. */
    final Backoff backoff;

    /** What was read last; null before the first reading. */
    View view;
    /** The reading on its way; null where there is none. */
    ViewReader reading;
    /** Whether it changed while it could not be read again. */
    boolean dirty;

    int failures;
    boolean expired;
    boolean graceOver;
    boolean toldSealed;
    boolean decidedHere;
    boolean heuristicSeen;
    /** It took a step that the protocol does not know: left alone until everything is read again. */
    boolean setAside;

    Loop.Timer deadline;
    Loop.Timer grace;

    Pending(
            TransactionId id,
            Machine<Coordination.State, Coordination.Event, Coordination.Effect> machine,
            long seenNanos,
            Backoff backoff) {
        this.id = id;
        this.machine = machine;
        this.seenNanos = seenNanos;
        this.backoff = backoff;
    }

    Coordination.State state() {
        return machine.state();
    }

    /** Whether a write of it is on its way: reading now could show the state before or after. */
    boolean writing() {
        return switch (state()) {
            case COMMITTING, ABORTING, COLLECTING -> true;
            default -> false;
        };
    }

    boolean decided() {
        return switch (state()) {
            case COMMITTED, ABORTED, SETTLED, COLLECTING, COLLECTED -> true;
            default -> false;
        };
    }

    void stopTimers() {
        if (deadline != null) {
            deadline.cancel();
        }
        if (grace != null) {
            grace.cancel();
        }
    }
}
