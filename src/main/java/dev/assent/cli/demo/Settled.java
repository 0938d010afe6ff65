package dev.assent.cli.demo;

import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A transfer and what became of it. Immutable.
 *
 * @param transfer what was to be moved
 * @param id its transaction; empty where it was refused before anything was begun
 * @param told what its initiator was told: COMMITTED, ABORTED, or nothing where it was told "unknown"
 * @param reason why it was aborted or refused; else empty
 */
public record Settled(Transfer transfer, Optional<TransactionId> id, Optional<OutcomeState> told, String reason) {
    public boolean is(OutcomeState outcome) {
        return told.isPresent() && told.get() == outcome;
    }

    /** With the outcome that is recorded, where its initiator was told "unknown": whoever was asks again (rule 11). */
    public Settled asRecorded(Map<TransactionId, OutcomeState> recorded) {
        return told.isPresent()
                ? this
                : id.map(recorded::get)
                        .filter(state -> state == OutcomeState.COMMITTED || state == OutcomeState.ABORTED)
                        .map(state -> new Settled(transfer, id, Optional.of(state), reason))
                        .orElse(this);
    }

    /** How many ended so. */
    public static int count(List<Settled> ends, OutcomeState outcome) {
        return Math.toIntExact(ends.stream().filter(end -> end.is(outcome)).count());
    }
}
