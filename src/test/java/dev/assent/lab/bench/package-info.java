/**
 * The bench beside other transaction managers: each in a JVM of its own, with participants that do nothing; and real
 * databases beside the same work without a log.
 *
 * <p>May import everything.
 */
package dev.assent.lab.bench;
