package dev.assent.zookeeper;

import java.util.List;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;

/**
 * The one place that says which ACL a node is created with: the store asks it for every node it creates, and Curator for
 * the election's. ACLs are not inherited in ZooKeeper. Stateless.
 */
final class Acls implements ACLProvider {
    /** An upper bound of what one ACL of {@link #of} takes in a request. */
    static final int BYTES = 32;

    /**
     * The ACL to create a node with: anyone may do anything, so whoever reaches the servers is trusted.
     *
     * @param fullPath the node's path in ZooKeeper
     */
    List<ACL> of(String fullPath) {
        return ZooDefs.Ids.OPEN_ACL_UNSAFE;
    }

    @Override
    public List<ACL> getDefaultAcl() {
        return of("/");
    }

    @Override
    public List<ACL> getAclForPath(String path) {
        return of(path);
    }
}
