/**
 * The front door for programs that embed Assent: it wires the parts below it.
 *
 * <p>May import {@code client}, {@code participant}, {@code adapter}, {@code zookeeper}, {@code store} and {@code protocol};
 * neither {@code coordinator} nor {@code zookeeper.server}, which the library does not carry.
 */
package dev.assent;
