/**
 * What only the checkout needs: simulation, fault campaigns, peers and embedded databases, run as {@code mvn -B -q
 * test-compile exec:java@lab -Dexec.args="COMMAND …"}.
 *
 * <p>May import everything.
 */
package dev.assent.lab;
