/**
 * The commit protocol as a pure function: an event in, the next record and its effects out. No I/O, clock or thread.
 *
 * <p>May import the JDK alone.
 */
package dev.assent.protocol;
