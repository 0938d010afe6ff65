package dev.assent;

import dev.assent.participant.EnlistableResource;
import dev.assent.participant.EnlistedBranch;

/**
 * A participant instance whose service works in the resource itself: {@link #enlist} opens a branch under a running
 * transaction, the service works on what it gets, and its token goes to the initiator, who commits. Thread-safe; ends
 * with its {@link Assent} at the latest.
 *
 * @param <B> what the service works on
 */
public final class EnlistingParticipation<B> implements AutoCloseable {
    private final Participation participation;
    private final EnlistableResource<B> resource;

    EnlistingParticipation(Participation participation, EnlistableResource<B> resource) {
        this.participation = participation;
        this.resource = resource;
    }

    /**
     * Opens a branch under the open transaction. Asked again while it is open, answers the same one.
     *
     * @throws dev.assent.participant.EnlistmentRefusedException if nothing was opened; the message says whether asking
     *     again can help
     * @throws IllegalStateException if the resource failed to open it: do not commit this transaction
     * @throws IllegalArgumentException if {@code transaction} is no transaction id
     */
    public B enlist(String transaction) throws InterruptedException {
        return open(participation.enlist(transaction), transaction);
    }

    /**
     * As {@link #enlist(String)} for a service in the initiator's own process: the transaction takes the token at once, so
     * that nothing is to be handed on. Where the branch is not opened the transaction is aborted, also if the caller goes
     * on and commits.
     */
    public B enlist(Transaction transaction) throws InterruptedException {
        boolean enlisted = false;
        try {
            EnlistedBranch branch = participation.enlist(transaction.id());
            B work = open(branch, transaction.id());
            transaction.enlisted(branch.enlistment());
            enlisted = true;
            return work;
        } finally {
            if (!enlisted) {
                transaction.close();
            }
        }
    }

    private B open(EnlistedBranch branch, String transaction) {
        try {
            return resource.open(branch);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(
                    "the resource of '" + participation.name() + "' did not open a branch of " + transaction + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** The instance itself: its status, its retirement. */
    public Participation participation() {
        return participation;
    }

    /** As {@link Participation#close}. */
    @Override
    public void close() {
        participation.close();
    }
}
