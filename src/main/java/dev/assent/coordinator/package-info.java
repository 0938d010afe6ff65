/**
 * The leader-elected coordinator: sees votes, writes decisions, seals and collects generations, carries out operations. Not
 * part of the library that programs embed.
 *
 * <p>May import {@code store} and {@code protocol}.
 */
package dev.assent.coordinator;
