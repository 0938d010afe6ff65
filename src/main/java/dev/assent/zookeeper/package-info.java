/**
 * The store on Apache Curator and ZooKeeper, and the factory that takes an existing {@code CuratorFramework}.
 *
 * <p>May import {@code store}, {@code protocol}, Curator and ZooKeeper's client. No other package but
 * {@code zookeeper.server} may import Curator or ZooKeeper.
 */
package dev.assent.zookeeper;
