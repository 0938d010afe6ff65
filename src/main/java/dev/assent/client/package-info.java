/**
 * The initiator's side: begins, closes and follows transactions, and asks for outcomes.
 *
 * <p>May import {@code store} and {@code protocol}.
 */
package dev.assent.client;
