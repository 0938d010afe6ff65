/**
 * Runs the TLA+ model in {@code src/test/tla} through the model checker TLC: the rules hold, and stop holding when a
 * guard is taken away.
 *
 * <p>May import the JDK, JUnit and TLC.
 */
package dev.assent.model;
