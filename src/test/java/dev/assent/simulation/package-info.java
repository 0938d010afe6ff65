/**
 * The seeded simulation: the real coordinator, participant and initiator on an in-memory store and in virtual time, with a
 * checker that holds every step against the rules of the design page. Start reading at {@link
 * dev.assent.simulation.Simulation}.
 *
 * <p>May import everything below the command line.
 */
package dev.assent.simulation;
