package dev.assent.participant;

import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Session;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads what the tree says about one transaction's branch, and keeps at most one watch on it. Lives on the loop. */
final class BranchReader {
    private final Instance at;
    private final TransactionId transaction;
    private Runnable changed = () -> {};
    private Session watching;
    private long watchedIn;
    private Session hintedOn;
    private Runnable hint = () -> {};

    BranchReader(Instance at, TransactionId transaction) {
        this.at = at;
        this.transaction = transaction;
    }

    /** Calls {@code then} when what is watched may have changed (rule 7). */
    void whenChanged(Runnable then) {
        changed = then;
    }

    /** Tells nobody any more: the session keeps the watch until it is used up. */
    void release() {
        changed = () -> {};
    }

    /** Whether a change of the record since it was last read with a watch is sure to be told, unless the connection is lost. */
    boolean watched() {
        return watching != null
                && watchedIn == at.connections()
                && at.session().filter(current -> current == watching).isPresent();
    }

    /** Record, list and slot; watched afterwards where {@code watch} says so. */
    CompletableFuture<Sighting> read(Session session, boolean watch) {
        if (!watch || (watched() && watching == session)) {
            return Sighting.take(session, transaction, at.name, Optional.empty());
        }
        watching = session;
        watchedIn = at.connections();
        // The same callback: the session keeps a watch over an interruption, and would keep a second one beside it.
        if (hintedOn != session) {
            hintedOn = session;
            hint = () -> {
                if (watching == session) {
                    watching = null;
                }
                changed.run();
            };
        }
        return Sighting.take(session, transaction, at.name, Optional.of(hint));
    }

    /** The record alone, for a branch whose own vote is known to stand in the slot: until it is acknowledged nobody changes it. */
    CompletableFuture<Sighting> readDecision(Session session, SlotView ownVote) {
        return Sighting.ofDecision(session, transaction, ownVote);
    }
}
