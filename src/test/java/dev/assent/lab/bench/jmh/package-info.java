/**
 * Microbenchmarks of what is pure and runs for every transaction (JMH): lab command {@code jmh}.
 *
 * <p>May import everything.
 */
package dev.assent.lab.bench.jmh;
