package dev.assent;

import dev.assent.protocol.OutcomeState;

/**
 * What can be said about a transaction now. Immutable.
 *
 * @param id the transaction's id
 * @param state PENDING: begun and undecided, ask again. COMMITTED, ABORTED: so it stays. FORGOTTEN: neither a record nor
 *     history; it never existed, or ended so long ago that its entry was dropped; <em>not</em> ABORTED
 * @param reason why, in words for people; may be empty
 */
public record OutcomeStatus(String id, OutcomeState state, String reason) {}
