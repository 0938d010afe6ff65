package dev.assent.cli.demo;

import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import java.util.Optional;

/**
 * A transfer and what became of it. Immutable.
 *
 * @param transfer what was to be moved
 * @param id its transaction; empty where it was refused before anything was begun
 * @param told what its initiator was told: COMMITTED, ABORTED, or nothing where it was told "unknown"
 * @param reason why it was aborted or refused; else empty
 */
record Settled(Transfer transfer, Optional<TransactionId> id, Optional<OutcomeState> told, String reason) {
    boolean is(OutcomeState outcome) {
        return told.isPresent() && told.get() == outcome;
    }

    Settled withOutcome(OutcomeState outcome) {
        return new Settled(transfer, id, Optional.of(outcome), reason);
    }
}
