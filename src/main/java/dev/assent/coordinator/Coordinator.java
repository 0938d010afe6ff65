package dev.assent.coordinator;

import dev.assent.protocol.CommitProtocol;
import dev.assent.store.Backoff;
import dev.assent.store.Leadership;
import dev.assent.store.LeadershipListener;
import dev.assent.store.Loop;
import dev.assent.store.Session;
import dev.assent.store.Store;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica of the coordinator: sees to the tree and its own presence, stands for election, and while it leads runs a
 * {@link Term} on each session that it gets. Any number of replicas may run; one that believes to lead and does not is kept
 * from writing by the check of the epoch (rule 1).
 *
 * <p>Lives on the store's loop; its methods may be called from any thread. The store stays the caller's to close, after
 * {@link #close}.
 */
public final class Coordinator {
    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(3);

    private final Store store;
    private final Loop loop;
    private final Context context;
    private final Tree tree;
    private final Presence presence;
    private final Watchdog watchdog;
    private final Backoff pauses;
    private final Backoff rests;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** Written on the loop, read by any thread; immutable. */
    private volatile Display display;

    private Session session;
    private boolean treeReady;
    private boolean elected;
    private boolean closing;
    private boolean handedOver;
    /** Until a pause after a failed term is over. */
    private boolean resting;

    private long termNanos;
    private Leadership leadership;
    private Term term;

    private record Display(CoordinatorStatus status, long oldestSeenNanos) {}

    /**
     * A coordinator that does nothing before {@link #start}.
     *
     * @param store where the tree is; its loop is the coordinator's thread
     * @param protocol the steps
     * @param config the settings
     * @param random 64 random bits at each call; only called on the loop after this constructor
     */
    public Coordinator(Store store, CommitProtocol protocol, CoordinatorConfig config, LongSupplier random) {
        this.store = store;
        this.loop = store.loop();
        Counters counters = new Counters();
        this.context = new Context(loop, protocol, config, random, counters, new Reporter(loop, config.id(), counters));
        this.tree = new Tree(config.id(), random);
        this.presence = new Presence(context);
        this.watchdog = new Watchdog(context, () -> term, this::resign);
        this.pauses = context.backoff();
        this.rests = context.backoff();
        this.display = new Display(snapshot(CoordinatorStatus.State.DISCONNECTED), 0);
    }

    /** Begins to work. To be called once. */
    public void start() {
        store.listen(new Store.SessionListener() {
            @Override
            public void connected(Session usable) {
                Coordinator.this.connected(usable);
            }

            @Override
            public void suspended() {
                Coordinator.this.suspended();
            }
        });
    }

    /**
     * Takes no further decision, waits a few seconds at most for the answers of what it sent, hands leadership over and takes
     * its presence back. Idempotent.
     *
     * @return completed on the loop, always normally
     */
    public CompletableFuture<Void> close() {
        loop.execute(this::closeOnLoop);
        return closed;
    }

    /** What it is doing: an immutable snapshot. */
    public CoordinatorStatus status() {
        Display now = display;
        CoordinatorStatus s = now.status();
        if (s.undecided() == 0) {
            return s;
        }
        Duration age = Duration.ofNanos(loop.nanoTime() - now.oldestSeenNanos());
        return new CoordinatorStatus(
                s.id(),
                s.state(),
                s.epoch(),
                s.undecided(),
                s.tracked(),
                age,
                s.generation(),
                s.oldestGeneration(),
                s.problem(),
                s.counts());
    }

    private void connected(Session usable) {
        if (closing) {
            return;
        }
        if (usable != session) {
            endTerm("the session changed");
        }
        session = usable;
        treeReady = false;
        if (term != null) {
            term.resync();
        }
        look(usable);
    }

    private void look(Session on) {
        if (on != session || closing) {
            return;
        }
        tree.ensure(on, finding -> {
            if (on != session || closing) {
                return;
            }
            switch (finding) {
                case READY -> {
                    pauses.reset();
                    treeReady = true;
                    presence.on(on);
                    campaign();
                }
                case AGAIN -> loop.schedule(pauses.next(), () -> look(on));
                case REFUSED -> {
                    treeReady = false;
                    endTerm("the tree is not one to work in");
                    loop.schedule(context.config().rescanInterval(), () -> look(on));
                }
            }
            reconsider();
        });
    }

    private void campaign() {
        if (leadership != null) {
            return;
        }
        leadership = store.campaign(context.id(), new LeadershipListener() {
            @Override
            public void elected() {
                elected = true;
                watchdog.start();
                reconsider();
            }

            @Override
            public void deposed() {
                elected = false;
                watchdog.stop();
                endTerm("another coordinator was elected, or none");
                reconsider();
            }
        });
    }

    private void suspended() {
        session = null;
        treeReady = false;
        presence.on(null);
        endTerm("the connection is interrupted");
        changed();
    }

    /** A term runs while this coordinator is elected and has a session and a tree to work in. */
    private void reconsider() {
        if (term == null && elected && session != null && treeReady && !closing && !resting) {
            termNanos = loop.nanoTime();
            term = new Term(context, session, new Term.Owner() {
                @Override
                public void changed() {
                    Coordinator.this.changed();
                }

                @Override
                public void failed(Term failed, String why) {
                    if (failed == term) {
                        term = null;
                        rest();
                        resign(why);
                    }
                }
            });
            term.start();
        }
        changed();
    }

    // A term that fails at once, again and again, must not become a hot loop.
    private void rest() {
        if (loop.nanoTime() - termNanos > context.config().rescanInterval().toNanos()) {
            rests.reset();
        }
        resting = true;
        loop.schedule(rests.next(), () -> {
            resting = false;
            reconsider();
        });
    }

    private void endTerm(String why) {
        if (term != null) {
            Term ending = term;
            term = null;
            ending.end(why);
        }
    }

    /** Stands again behind the others: whoever can make progress should lead. */
    private void resign(String why) {
        LOG.info("{}: hands leadership back: {}", context.id(), why);
        elected = false;
        watchdog.stop();
        endTerm(why);
        if (leadership != null && !closing) {
            leadership.resign();
        }
        changed();
    }

    private void closeOnLoop() {
        if (closing) {
            return;
        }
        closing = true;
        watchdog.stop();
        if (term == null) {
            handOver();
            return;
        }
        Loop.Timer limit = loop.schedule(LONGEST_DRAIN, this::handOver);
        term.drain(() -> {
            limit.cancel();
            handOver();
        });
    }

    private void handOver() {
        if (handedOver) {
            return;
        }
        handedOver = true;
        endTerm("closed");
        elected = false;
        if (leadership != null) {
            // Before the session ends: the next leader need not wait for that.
            leadership.close();
            leadership = null;
        }
        var unused = presence.remove().whenComplete((nothing, failure) -> {
            session = null;
            changed();
            closed.complete(null);
        });
    }

    private void changed() {
        Term now = term;
        CoordinatorStatus.State state;
        if (handedOver) {
            state = CoordinatorStatus.State.CLOSED;
        } else if (session == null) {
            state = CoordinatorStatus.State.DISCONNECTED;
        } else if (!treeReady) {
            state = CoordinatorStatus.State.CONNECTED;
        } else if (now == null) {
            state = CoordinatorStatus.State.STANDBY;
        } else {
            state = now.established() ? CoordinatorStatus.State.LEADING : CoordinatorStatus.State.TAKING_OVER;
        }
        display = new Display(
                snapshot(state), now == null ? 0 : now.book().pendings().oldestUndecidedNanos(loop.nanoTime()));
    }

    private CoordinatorStatus snapshot(CoordinatorStatus.State state) {
        Term now = term;
        boolean leading = state == CoordinatorStatus.State.LEADING;
        return new CoordinatorStatus(
                context.id(),
                state,
                leading ? Optional.of(now.epoch()) : Optional.empty(),
                leading ? now.book().pendings().undecided() : 0,
                leading ? now.book().pendings().size() : 0,
                Duration.ZERO,
                leading ? now.generations().current() : 0,
                leading ? now.generations().oldest() : 0,
                tree.problem(),
                context.counters().snapshot());
    }
}
