/**
 * Tests of the store on real ZooKeeper, with servers as processes that can be killed and a proxy that loses replies.
 *
 * <p>May import everything.
 */
package dev.assent.zookeeper;
