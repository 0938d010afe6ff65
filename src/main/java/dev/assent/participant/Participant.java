package dev.assent.participant;

import dev.assent.protocol.CommitProtocol;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Store;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One instance of a participant: takes work from the inbox, lets its resource prepare, votes, does what the decision
 * says, acknowledges, and finishes what an earlier process left behind. An instance that crashes forgets nothing: the
 * next one with the same resource finishes its branches.
 *
 * <p>Lives on the store's loop; its public methods may be called from any thread, and futures complete on the loop.
 */
public final class Participant {
    private final Instance at;
    private final Lifecycle lifecycle;
    private final Departure departure;
    private final Enlisting enlisting;
    private final Branches branches;
    private final Inbox inbox;
    private final Recoveries recoveries;

    /**
     * Reads {@link Resource#kind} and {@link Resource#identity} at once, and calls the resource otherwise only on
     * {@code pool}.
     *
     * @param store the tree; stays the caller's, who closes it after this participant
     * @param pool runs the resource's blocking calls; has room for {@link ParticipantConfig#poolThreads} of them, stays
     *     the caller's
     * @param random 64 random bits at each call; the attempt that is unique to this object is drawn from it
     */
    public Participant(
            Store store,
            CommitProtocol protocol,
            ParticipantConfig config,
            Resource resource,
            Executor pool,
            LongSupplier random) {
        at = new Instance(store.loop(), protocol, config, resource, pool, random);
        Siblings siblings = new Siblings(at);
        Links links = new Links();
        branches = new Branches(at, driver -> links.ended.accept(driver), () -> links.recover.run());
        inbox = new Inbox(at, branches, siblings, () -> links.rescan.run());
        recoveries = new Recoveries(at, branches, siblings, inbox::open);
        Membership membership = new Membership(at);
        lifecycle = new Lifecycle(store, at, membership, siblings, branches, inbox, recoveries);
        departure = new Departure(at, membership, siblings, branches, inbox, recoveries, lifecycle);
        enlisting = new Enlisting(at, branches);
        at.calls.afterEach(inbox::pump);
        links.recover = recoveries::soon;
        links.rescan = lifecycle::rescan;
        links.ended = driver -> {
            inbox.ended();
            if (!driver.branch().attempt().equals(at.attempt)) {
                inbox.noticed(driver.branch().transaction());
            }
        };
    }

    /** What the parts tell each other, put in once all of them are there. */
    private static final class Links {
        private Consumer<BranchDriver> ended = driver -> {};
        private Runnable recover = () -> {};
        private Runnable rescan = () -> {};
    }

    /** Begins to work, as soon as and whenever there is a session; to be called once. */
    public void start() {
        at.loop.execute(lifecycle::start);
    }

    /**
     * Opens a branch under a transaction that was begun for enlisted work: the service then works in its resource under
     * the branch's id and hands the token to the initiator. Asked again for the same transaction, answers the same
     * branch. The branch rolls itself back after {@link ParticipantConfig#enlistedTimeout} unless it was asked to
     * prepare before.
     *
     * <p>Only this instance can vote YES for the branch. Whether another instance of this participant enlisted in the
     * same transaction cannot be seen in the tree before the list is closed: the initiator refuses two tokens of one
     * participant that name different holders.
     *
     * @return fails with {@link EnlistmentRefusedException} where the transaction is not open for enlisting, was enlisted
     *     in and undone before, or cannot be read now; then nothing was opened
     */
    public CompletableFuture<EnlistedBranch> enlist(TransactionId transaction) {
        CompletableFuture<EnlistedBranch> result = new CompletableFuture<>();
        at.loop.execute(() -> enlisting.enlist(transaction, result));
        return result;
    }

    /**
     * Takes this participant out of the installation for good and closes this instance: after a recovery pass that
     * found no branch left, the registration and the empty inbox go in one step (rule 4).
     *
     * @return fails with an {@link IllegalStateException} naming what is left: a branch, an inbox entry, another running
     *     instance, a heuristic outcome; the instance then works on
     */
    public CompletableFuture<Void> retire() {
        CompletableFuture<Void> result = new CompletableFuture<>();
        at.loop.execute(() -> departure.retire(result));
        return result;
    }

    /**
     * Takes no new work, lets the resource's running calls end for {@link ParticipantConfig#closeTimeout} at most, and
     * takes the presence back. Work without a vote stays in the inbox for another instance; branches in doubt stay in
     * doubt, to be finished by the next process. Idempotent.
     */
    public CompletableFuture<Void> close() {
        CompletableFuture<Void> result = new CompletableFuture<>();
        at.loop.execute(() -> departure.close(result));
        return result;
    }

    /** How this instance stands. */
    public CompletableFuture<ParticipantStatus> status() {
        CompletableFuture<ParticipantStatus> result = new CompletableFuture<>();
        at.loop.execute(() -> result.complete(new ParticipantStatus(
                at.session().isPresent(),
                branches.size(),
                branches.inDoubt(),
                branches.oldestInDoubt(),
                inbox.waiting(),
                at.calls.running(),
                recoveries.untouched())));
        return result;
    }

    /** This instance's id. */
    public String instance() {
        return at.id;
    }

    /** The attempt that this object works under: unique to it (rule 3). */
    public String attempt() {
        return at.attempt;
    }
}
