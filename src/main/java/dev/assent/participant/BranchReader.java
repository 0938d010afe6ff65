package dev.assent.participant;

import dev.assent.protocol.TransactionId;
import dev.assent.store.Session;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads what the tree says about one branch, and keeps at most one watch on it. Lives on the loop. */
final class BranchReader {
    private final Instance at;
    private final TransactionId transaction;
    private final Runnable changed;
    private Session watching;
    private Session hintedOn;
    private Runnable hint = () -> {};

    /** @param changed called when what is watched may have changed (rule 7) */
    BranchReader(Instance at, TransactionId transaction, Runnable changed) {
        this.at = at;
        this.transaction = transaction;
        this.changed = changed;
    }

    CompletableFuture<Sighting> read(Session session, boolean watch) {
        if (!watch || watching == session) {
            return Sighting.take(session, transaction, at.name, Optional.empty());
        }
        watching = session;
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

    /** An interruption may have cost the watch. */
    void forgetWatch() {
        watching = null;
    }
}
