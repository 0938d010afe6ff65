package dev.assent.participant;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchWork.State;
import dev.assent.protocol.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The branches that this process works on: one driver each, and a memory of those it did, so that nothing that was read
 * earlier makes it do one twice. Lives on the loop.
 */
final class Branches implements BranchHost {
    private static final byte[] NOTHING = {};

    private final Instance at;
    private final Consumer<BranchDriver> whenEnded;
    private final Runnable whenRecoveryWanted;
    private final Map<BranchId, BranchDriver> drivers = new LinkedHashMap<>();
    /** Those of this process's attempt among them. */
    private final Map<TransactionId, BranchDriver> own = new HashMap<>();
    /** Branches of other attempts among them. */
    private final Set<BranchId> taken = new LinkedHashSet<>();
    /** Own branches that ended, with the count of endings then: an attempt prepares a transaction once at most. */
    private final Map<TransactionId, Long> done = new LinkedHashMap<>();
    /** Own enlisted branches that ended: their transaction may still be open, and must not be enlisted in again. */
    private final Set<TransactionId> left = new LinkedHashSet<>();

    private long endings;

    Branches(Instance at, Consumer<BranchDriver> whenEnded, Runnable whenRecoveryWanted) {
        this.at = at;
        this.whenEnded = whenEnded;
        this.whenRecoveryWanted = whenRecoveryWanted;
    }

    Optional<BranchDriver> find(BranchId branch) {
        return Optional.ofNullable(drivers.get(branch));
    }

    /** This attempt's branch of {@code transaction}, while it is worked on. */
    Optional<BranchDriver> own(TransactionId transaction) {
        return Optional.ofNullable(own.get(transaction));
    }

    /** Whether this attempt's branch is past its beginning: it learns by itself what its inbox entry could tell. */
    boolean underWay(TransactionId transaction) {
        BranchDriver driver = own.get(transaction);
        return driver != null && driver.state() != State.ENLISTED;
    }

    /** Work from the inbox, which {@code reader} has read; the caller fires the first event. */
    BranchDriver begin(TransactionId transaction, BranchReader reader, byte[] payload) {
        return add(new BranchDriver(at, this, at.branch(transaction, at.attempt), State.NEW, payload, reader));
    }

    BranchDriver enlist(BranchId branch) {
        BranchDriver driver = add(driver(branch, State.ENLISTED));
        at.loop.schedule(at.config.enlistedTimeout(), driver::timedOut);
        driver.hint();
        return driver;
    }

    /** A branch whose process is gone; the caller makes it read or concludes. */
    BranchDriver recover(BranchId branch) {
        if (!branch.attempt().equals(at.attempt)) {
            taken.add(branch);
        }
        return add(driver(branch, State.RECOVERED));
    }

    private BranchDriver driver(BranchId branch, State start) {
        return new BranchDriver(at, this, branch, start, NOTHING, new BranchReader(at, branch.transaction()));
    }

    private BranchDriver add(BranchDriver driver) {
        if (drivers.putIfAbsent(driver.branch(), driver) != null) {
            throw new IllegalStateException("a second driver for " + driver.branch());
        }
        if (driver.branch().attempt().equals(at.attempt)) {
            own.put(driver.branch().transaction(), driver);
        }
        return driver;
    }

    @Override
    public void ended(BranchDriver driver) {
        BranchId branch = driver.branch();
        drivers.remove(branch);
        own.remove(branch.transaction(), driver);
        taken.remove(branch);
        endings++;
        if (driver.enlisted()) {
            left.add(branch.transaction());
        } else if (branch.attempt().equals(at.attempt)) {
            done.put(branch.transaction(), endings);
        }
        whenEnded.accept(driver);
    }

    @Override
    public void recoveryWanted(BranchDriver driver) {
        whenRecoveryWanted.run();
    }

    /** Every driver, in the order in which they began. */
    List<BranchDriver> all() {
        return new ArrayList<>(drivers.values());
    }

    int size() {
        return drivers.size();
    }

    /** Whether another attempt's branch of this transaction is being finished here, and may hold its locks. */
    boolean recovering(TransactionId transaction) {
        return taken.stream().anyMatch(branch -> branch.transaction().equals(transaction));
    }

    /** Whether this attempt did its part in {@code transaction} already. */
    boolean did(TransactionId transaction) {
        return done.containsKey(transaction) || left.contains(transaction);
    }

    /** Whether this attempt's work from the inbox in {@code transaction} is over: a change of the entry says nothing new. */
    boolean over(TransactionId transaction) {
        return done.containsKey(transaction);
    }

    long endings() {
        return endings;
    }

    /** Forgets what ended before {@code since} and is not in the inbox {@code stillThere} of its generation. */
    void forget(long generation, Set<TransactionId> stillThere, long since) {
        done.entrySet()
                .removeIf(entry -> entry.getKey().generation() == generation
                        && entry.getValue() <= since
                        && !stillThere.contains(entry.getKey()));
    }

    /** Forgets what ended in generations that are gone. */
    void forgetAllBut(Set<Long> generations) {
        done.keySet().removeIf(id -> !generations.contains(id.generation()));
    }

    /** The transactions whose enlisted branch ended here. */
    List<TransactionId> left() {
        return List.copyOf(left);
    }

    /** The transaction can no longer be enlisted in by anybody. */
    void forgetLeft(TransactionId transaction) {
        left.remove(transaction);
    }

    int inDoubt() {
        return (int) drivers.values().stream()
                .filter(driver -> driver.doubtSince().isPresent())
                .count();
    }

    Optional<Duration> oldestInDoubt() {
        return drivers.values().stream()
                .flatMap(driver -> driver.doubtSince().stream())
                .min(Long::compare)
                .map(since -> Duration.ofNanos(at.loop.nanoTime() - since));
    }
}
