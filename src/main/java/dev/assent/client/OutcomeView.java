package dev.assent.client;

import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;

/**
 * What can be said about a transaction now (rule 5). Immutable.
 *
 * @param id the transaction
 * @param state PENDING, COMMITTED, ABORTED or FORGOTTEN, which is not ABORTED
 * @param reason why, and which resources broke their promise, in words for people; may be empty
 */
public record OutcomeView(TransactionId id, OutcomeState state, String reason) {}
