package dev.assent.zookeeper;

import dev.assent.store.Leadership;
import dev.assent.store.LeadershipListener;
import dev.assent.store.Loop;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatch.CloseMode;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.framework.state.ConnectionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A candidacy on Curator's {@link LeaderLatch}, which is used up by a resignation and then replaced. Everything happens
 * on the store's loop.
 */
final class Candidacy implements Leadership, Store.SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(Candidacy.class);

    /** How often to see whether the latch really stands: it only logs when it could not create its node. */
    private static final Duration CHECK = Duration.ofSeconds(2);

    /** Until the election's directory can be made: a new installation is not there at once. */
    private static final Duration RETRY = Duration.ofMillis(500);

    private final String id;
    private final LeadershipListener listener;
    private final ZooKeeperStore store;
    private final CuratorFramework client;
    private final Chroot chroot;
    private Session session;
    private LeaderLatch latch;
    private boolean leading;
    private boolean doubtful;
    private Loop.Timer next = () -> {};
    private boolean ended;

    Candidacy(String id, LeadershipListener listener, ZooKeeperStore store, CuratorFramework client, Chroot chroot) {
        this.id = id;
        this.listener = listener;
        this.store = store;
        this.client = client;
        this.chroot = chroot;
    }

    @Override
    public void connected(Session connected) {
        session = connected;
        prepare(connected);
    }

    /**
     * A leader is deposed at once; the latch hears of the interruption from Curator and elects again. With another than
     * Curator's standard error policy it ignores it, and is replaced.
     */
    @Override
    public void suspended() {
        session = null;
        next.cancel();
        depose();
        if (!client.getConnectionStateErrorPolicy().isErrorState(ConnectionState.SUSPENDED)) {
            dropLatch();
        }
    }

    /** Makes the directory, plain and persistent, where Curator would make a container that vanishes when empty. */
    private void prepare(Session on) {
        if (ended || session != on) {
            return;
        }
        if (latch != null) {
            check(on);
            return;
        }
        var unused = on.write(List.of(Op.createEmpty(Paths.LEADER))).thenAccept(result -> {
            if (ended || session != on) {
                return;
            }
            if (result.ok() || result.status() == Status.NODE_EXISTS) {
                if (latch == null) {
                    stand();
                    later(CHECK, on);
                }
            } else {
                LOG.debug("candidate {}: cannot stand yet: {}", id, result.detail());
                later(RETRY, on);
            }
        });
    }

    private void later(Duration pause, Session on) {
        next.cancel();
        next = store.loop().schedule(pause, () -> prepare(on));
    }

    private void stand() {
        LeaderLatch standing = new LeaderLatch(client, chroot.full(Paths.LEADER), id, CloseMode.SILENT);
        latch = standing;
        doubtful = false;
        standing.addListener(
                new LeaderLatchListener() {
                    @Override
                    public void isLeader() {
                        lead(standing);
                    }

                    @Override
                    public void notLeader() {
                        stepDown(standing);
                    }
                },
                store.loop());
        try {
            standing.start();
        } catch (Exception e) {
            LOG.warn("candidate {}: cannot stand for election: {}", id, e.toString());
            latch = null;
        }
    }

    private void lead(LeaderLatch by) {
        if (latch == by && !leading) {
            leading = true;
            listener.elected();
        }
    }

    private void stepDown(LeaderLatch by) {
        if (latch == by) {
            depose();
        }
    }

    private void depose() {
        if (leading) {
            leading = false;
            listener.deposed();
        }
    }

    /** Replaces a latch that is twice in a row without a node, or of another opinion than was told: nobody else notices. */
    private void check(Session on) {
        LeaderLatch checked = latch;
        var unused = on.children(Paths.LEADER).whenComplete((names, failure) -> {
            if (ended || session != on) {
                return;
            }
            if (failure == null && latch == checked && checked != null) {
                String path = checked.getOurPath();
                boolean sound = path != null
                        && names.orElse(List.of()).contains(Paths.name(path))
                        && leading == checked.hasLeadership();
                if (!sound && doubtful) {
                    LOG.warn("candidate {}: its node below {} is missing; standing again", id, Paths.LEADER);
                    dropLatch();
                } else {
                    doubtful = !sound;
                }
            }
            later(CHECK, on);
        });
    }

    private void dropLatch() {
        LeaderLatch dropped = latch;
        if (dropped == null) {
            return;
        }
        depose();
        latch = null;
        try {
            dropped.close(CloseMode.SILENT);
        } catch (IOException | IllegalStateException e) {
            LOG.debug("candidate {}: closing a latch", id, e);
        }
    }

    @Override
    public void resign() {
        store.loop().execute(() -> {
            if (!ended) {
                dropLatch();
                if (session != null) {
                    stand();
                }
            }
        });
    }

    @Override
    public void close() {
        store.loop().execute(this::end);
    }

    /** To be called on the loop. */
    void end() {
        if (!ended) {
            ended = true;
            next.cancel();
            dropLatch();
            store.forget(this);
        }
    }
}
