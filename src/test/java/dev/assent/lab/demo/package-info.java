/**
 * The demo of the core on real resources: two databases, Kafka and files, each participant in a process of its own, and
 * kills of a coordinator, a participant and a database server.
 *
 * <p>May import everything.
 */
package dev.assent.lab.demo;
