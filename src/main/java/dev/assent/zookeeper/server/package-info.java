/**
 * The embedded ZooKeeper server and ZooKeeper's shell: the only package that touches server classes. Not part of the library
 * that programs embed.
 *
 * <p>May import {@code zookeeper}, {@code store}, {@code protocol}, Curator and ZooKeeper.
 */
package dev.assent.zookeeper.server;
