/**
 * The participant's side: takes work from the inbox, prepares, votes, applies the decision, acknowledges and recovers.
 *
 * <p>May import {@code store} and {@code protocol}.
 */
package dev.assent.participant;
