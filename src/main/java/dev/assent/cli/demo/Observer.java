package dev.assent.cli.demo;

import dev.assent.client.ClusterView;
import dev.assent.client.Inspector;
import dev.assent.client.InspectorConfig;
import dev.assent.client.TransactionView;
import dev.assent.client.TransactionView.State;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Verdict;
import dev.assent.store.Paths;
import dev.assent.store.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Looks at the tree, at nothing else, and waits for what the demo wants to see there. Blocks; thread-safe. */
public final class Observer implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final Store store;
    private final Inspector inspector;
    private final String chroot;

    /** Who leads. Immutable. */
    public record Leader(String id, long epoch) {}

    /**
     * @param store closed with this observer
     */
    Observer(Store store, String address, String chroot) {
        this.store = store;
        this.chroot = chroot;
        this.inspector = new Inspector(store, InspectorConfig.defaults(address), new SecureRandom()::nextLong);
        inspector.start();
    }

    /** Where ZooKeeper's shell finds a transaction. */
    String shellPath(TransactionId id) {
        return chroot + Paths.znode(Paths.record(id));
    }

    /** Waits until somebody leads. */
    public Leader awaitLeader(Duration limit) throws Exception {
        return await("a leading coordinator", limit, () -> {
            ClusterView cluster = inspector.cluster().get();
            return cluster.leader().map(id -> new Leader(id, cluster.epoch()));
        });
    }

    /** A transaction, where it has a record. */
    Optional<TransactionView> transaction(TransactionId id) throws Exception {
        return inspector.transaction(id).get();
    }

    /** The decision on a transaction, or nothing while there is none. */
    Optional<Verdict> verdict(TransactionId id) throws Exception {
        return transaction(id).flatMap(Observer::verdict);
    }

    static Optional<Verdict> verdict(TransactionView view) {
        return view.record().flatMap(TransactionRecord::verdict);
    }

    /** All votes are in and the decision is not. */
    static boolean prepared(TransactionView view) {
        return view.state() == State.IN_DOUBT && view.withoutVote().isEmpty();
    }

    /** The transactions that are prepared, or were decided by a later leader than {@code epoch}. */
    List<TransactionView> preparedOrDecidedAfter(long epoch) throws Exception {
        return inspector
                .transactions(view -> prepared(view)
                        || verdict(view)
                                .filter(verdict -> verdict.epoch() > epoch)
                                .isPresent())
                .get();
    }

    /** The transactions that wait for a decision or an acknowledgement, or cannot be read. */
    public List<TransactionView> waiting() throws Exception {
        return inspector
                .transactions(view -> view.state().pending()
                        || view.state() == State.UNREADABLE
                        || !view.withoutAcknowledgement().isEmpty())
                .get();
    }

    /** How many transactions {@code participant} has voted YES for and not acknowledged: its branches hold locks. */
    public int heldBy(String participant) throws Exception {
        return inspector
                .transactions(view -> view.withoutAcknowledgement().contains(participant))
                .get()
                .size();
    }

    /** Whether the condition holds within the limit. */
    public boolean awaitTrue(Duration limit, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - start > limit.toNanos()) {
                return false;
            }
            Thread.sleep(PAUSE.toMillis());
        }
        return true;
    }

    /** Asks again and again until there is an answer. */
    <T> T await(String what, Duration limit, Callable<Optional<T>> question) throws Exception {
        long start = System.nanoTime();
        while (true) {
            Optional<T> answer = question.call();
            if (answer.isPresent()) {
                return answer.get();
            }
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new IllegalStateException("not within " + limit.toSeconds() + " s: " + what);
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    @Override
    public void close() {
        inspector.close().join();
        store.close();
    }
}
