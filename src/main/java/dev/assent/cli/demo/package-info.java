/**
 * What {@code assent demo} plays: an ensemble, coordinators and two banks, a leader that is killed, and the accounts
 * afterwards. Not part of the library that programs embed.
 *
 * <p>May import every package of Assent below it.
 */
package dev.assent.cli.demo;
