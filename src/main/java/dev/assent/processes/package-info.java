/**
 * Processes of this program on one machine: an ensemble and coordinators as somebody who tries things out needs them.
 *
 * <p>May import {@code zookeeper.server}; used by {@code bench}, {@code cli} and {@code cli.demo}.
 */
package dev.assent.processes;
