package dev.assent.client;

import dev.assent.protocol.TransactionId;
import java.util.Optional;

/**
 * What an initiator is told about its transaction (rule 11). Immutable.
 *
 * @param kind how it ended, as far as anybody can tell here
 * @param id the transaction; empty where nothing was begun
 * @param reason why it aborted or is unknown, in words for people; may be empty for COMMITTED
 * @param refusal why nothing was begun, for REFUSED alone
 */
public record Answer(Kind kind, Optional<TransactionId> id, String reason, Optional<Refusal> refusal) {
    /** How a transaction ended for its initiator. */
    public enum Kind {
        COMMITTED,
        ABORTED,
        /** Neither: it may have been begun, and may have committed or aborted, or still will. Ask for the outcome of its id. */
        UNKNOWN,
        /** It is certain that nothing was begun and nothing will be. */
        REFUSED
    }

    static Answer refused(Refusal refusal) {
        return new Answer(Kind.REFUSED, Optional.empty(), refusal.detail(), Optional.of(refusal));
    }
}
