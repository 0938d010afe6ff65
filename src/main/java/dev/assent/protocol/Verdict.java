package dev.assent.protocol;

/**
 * The decision as the record holds it. Immutable.
 *
 * @param decision COMMIT or ABORT
 * @param epoch the fencing epoch of the leader that wrote it
 * @param reason why, in words for people; empty for a plain COMMIT
 */
public record Verdict(Decision decision, long epoch, String reason) {}
