package dev.assent.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A ZooKeeper ensemble in memory: one committed log, replicas that have applied a prefix of it, sessions with timeouts, and
 * every fault that the store's interface allows for. All of its own work runs on one loop; deterministic where that loop and
 * the {@code random} are. Thread-safe: everything is guarded by this object's monitor.
 */
public final class InMemoryEnsemble {
    /** What a request may weigh; ZooKeeper's default {@code jute.maxbuffer}. */
    static final int MAX_REQUEST_BYTES = 1_048_575;

    /** How the network and the replicas behave. Changed at will while running; durations in nanoseconds. */
    public static final class Conditions {
        /** A session without a sign of life ends after this time. */
        public long sessionTimeout = Duration.ofSeconds(10).toNanos();
        /** One way between client and server takes up to this time; with 0 everything is immediate. */
        public long hop;
        /** A replica applies what was committed up to this time later. */
        public long lag;
        /** How many replicas besides the first, which never lags. */
        public int followers = 2;
        /** The chance, in a thousand, that a write's reply is lost. */
        public int lostPerMille;
        /** The chance, in a thousand, that a hop is slow by {@link #slowness}. */
        public int slowPerMille;

        public long slowness;
        /** A client comes back after a disconnect within this time. */
        public long reconnect;
        /** A write whose answer was lost may be applied up to this much later, while its session lives. */
        public long late;
    }

    /** Told of each multi at the moment it is committed. */
    public interface Observer {
        /** Before it is applied or refused; {@code tree} is the committed state. */
        default void before(InMemoryTree tree, long session, List<Op> ops) {}

        /** After it was applied; {@code tree} is the committed state. */
        void committed(InMemoryTree tree, long session, List<Op> ops);

        /** It was refused, and changed nothing. */
        default void refused(InMemoryTree tree, long session, List<Op> ops, WriteResult result) {}

        /** Its answer gets lost. */
        default void lost(long session) {}

        /** The multi just committed is one whose client was told LOST before. */
        default void late(long session) {}
    }

    record Entry(List<Op> ops, long session, long millis) {}

    private final Loop loop;
    private final LongSupplier random;
    private final Conditions conditions;
    private final InMemoryTree committed = new InMemoryTree();
    private final List<Entry> log = new ArrayList<>();
    private final List<InMemoryReplica> replicas = new ArrayList<>();
    private final Map<Long, InMemorySession> sessions = new LinkedHashMap<>();
    private final InMemoryElection election = new InMemoryElection(this);
    private final List<InMemoryTree.Changed> changed = new ArrayList<>();
    private Observer observer;
    private long lastSession = 1_000;

    public InMemoryEnsemble(Loop loop, LongSupplier random, Conditions conditions) {
        this.loop = loop;
        this.random = random;
        this.conditions = conditions;
        for (int i = 0; i <= conditions.followers; i++) {
            replicas.add(new InMemoryReplica(this, i));
        }
    }

    public Loop loop() {
        return loop;
    }

    public Conditions conditions() {
        return conditions;
    }

    /** The committed state, which no client sees without delay. For checkers. */
    public InMemoryTree committed() {
        return committed;
    }

    public synchronized void observe(Observer next) {
        observer = next;
    }

    /** A client's store, whose first session comes up on its own.
     *
     * @param clientLoop where that client lives */
    public InMemoryStore open(Loop clientLoop) {
        InMemoryStore store = new InMemoryStore(this, clientLoop);
        store.start();
        return store;
    }

    InMemoryElection election() {
        return election;
    }

    List<Entry> log() {
        return log;
    }

    List<InMemoryReplica> replicas() {
        return replicas;
    }

    Map<Long, InMemorySession> sessions() {
        return sessions;
    }

    synchronized InMemorySession newSession(InMemoryStore store) {
        InMemorySession session = new InMemorySession(++lastSession, store, this);
        sessions.put(session.id(), session);
        return session;
    }

    /** Commits a multi of a live session, or refuses it. */
    WriteResult commit(InMemorySession session, List<Op> ops) {
        if (observer != null) {
            observer.before(committed, session.id(), ops);
        }
        long millis = Duration.ofNanos(loop.nanoTime()).toMillis();
        changed.clear();
        WriteResult result = committed.apply(ops, session.id(), millis, changed);
        if (result.ok()) {
            log.add(new Entry(ops, session.id(), millis));
            replicas.forEach(InMemoryReplica::committedMore);
            if (observer != null) {
                observer.committed(committed, session.id(), ops);
            }
        } else if (observer != null) {
            observer.refused(committed, session.id(), ops, result);
        }
        return result;
    }

    /** A write took effect, or was refused, after its client had been told LOST. */
    void lateWrite(InMemorySession session, Object answer) {
        if (observer != null && answer instanceof WriteResult result && result.ok()) {
            observer.late(session.id());
        }
    }

    void lostWrite(InMemorySession session) {
        if (observer != null) {
            observer.lost(session.id());
        }
    }

    /** The server ends a session: its ephemeral nodes go, what it sent and was not yet applied never will be. */
    synchronized void end(InMemorySession session) {
        if (session.endedAtServer()) {
            return;
        }
        List<Op> deletes = committed.ephemerals(session.id()).stream()
                .map(path -> Op.delete(path, Op.ANY_VERSION))
                .toList();
        if (!deletes.isEmpty()) {
            WriteResult result = commit(session, deletes);
            if (!result.ok()) {
                throw new IllegalStateException("the end of session " + session.id() + ": " + result.detail());
            }
        }
        session.markEndedAtServer();
        sessions.remove(session.id());
        replicas.forEach(replica -> replica.forget(session));
        election.sessionEnded(session);
    }

    /** Changes a node's ACL behind everybody's back, leaving no permission on it where {@code forbidden}. */
    public synchronized void changeAcl(String path, boolean forbidden) {
        committed.changeAcl(path, forbidden);
        replicas.forEach(InMemoryReplica::catchUp);
        replicas.forEach(replica -> replica.tree().changeAcl(path, forbidden));
    }

    /** A follower applies nothing for {@code time}, except what a session of it wrote itself. */
    public synchronized void stall(int follower, Duration time) {
        replicas.get(1 + Math.floorMod(follower, conditions.followers)).stall(time);
    }

    /** The election turns to the next candidate; the old one may hear of it only after the new one. */
    public synchronized void flapLeadership(Duration oldHearsAfter) {
        election.flap(oldHearsAfter);
    }

    long uniform(long bound) {
        return bound <= 0 ? 0 : Long.remainderUnsigned(random.getAsLong() >>> 1, bound + 1);
    }

    boolean perMille(int chance) {
        return chance > 0 && uniform(999) < chance;
    }

    /** The time of one way through the network. */
    long hopNanos() {
        return uniform(conditions.hop) + (perMille(conditions.slowPerMille) ? uniform(conditions.slowness) : 0);
    }

    void after(long nanos, Runnable task) {
        Runnable guarded = () -> {
            synchronized (this) {
                task.run();
            }
        };
        if (nanos <= 0) {
            loop.execute(guarded);
        } else {
            loop.schedule(Duration.ofNanos(nanos), guarded);
        }
    }
}
