/**
 * The commit protocol as pure data and functions: an event in, the next state and the effects out. No I/O, no clock, no
 * thread. Start reading at {@link dev.assent.protocol.CommitProtocol}.
 *
 * <p>May import the JDK alone.
 */
package dev.assent.protocol;
