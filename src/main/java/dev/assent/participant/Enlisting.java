package dev.assent.participant;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchWork.State;
import dev.assent.protocol.Enlistment;
import dev.assent.protocol.Observation;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.store.Session;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Opens branches under transactions that are still open (section 3). Lives on the loop. */
final class Enlisting {
    private final Instance at;
    private final Branches branches;

    Enlisting(Instance at, Branches branches) {
        this.at = at;
        this.branches = branches;
    }

    void enlist(TransactionId id, CompletableFuture<EnlistedBranch> result) {
        Optional<Session> session = at.session();
        if (session.isEmpty() || !at.takesWork()) {
            refuse(
                    id,
                    !at.takesWork() ? "this instance closes or retires" : "this instance is not connected; ask again",
                    result);
            return;
        }
        if (answeredBefore(id, result)) {
            return;
        }
        at.when(Sighting.take(session.get(), id, at.name, Optional.empty()), (seen, failure) -> {
            if (failure != null) {
                refuse(id, "it cannot be read now; ask again: " + failure, result);
            } else if (!at.takesWork() || at.session().isEmpty()) {
                refuse(id, "this instance is not connected any more; ask again", result);
            } else if (!answeredBefore(id, result)) {
                open(id, seen, result);
            }
        });
    }

    /** Whether this instance enlisted in it before; then the same branch is the answer, while it still can be worked in. */
    private boolean answeredBefore(TransactionId id, CompletableFuture<EnlistedBranch> result) {
        BranchId branch = at.branch(id, at.attempt);
        Optional<BranchDriver> driver = branches.find(branch);
        if (driver.filter(found -> found.state() == State.ENLISTED).isPresent()) {
            result.complete(enlisted(branch));
            return true;
        }
        // What was undone cannot be opened again: its first part would be missing from the second.
        if (driver.isPresent() || branches.did(id)) {
            refuse(id, "this instance's branch of it was closed or undone already", result);
            return true;
        }
        return false;
    }

    private void open(TransactionId id, Sighting seen, CompletableFuture<EnlistedBranch> result) {
        Optional<TransactionRecord> record = seen.record();
        if (seen.fault().isPresent()) {
            refuse(id, seen.fault().get(), result);
        } else if (record.isEmpty()) {
            refuse(id, "there is no such transaction", result);
        } else if (!record.get().enlisted()) {
            refuse(id, "its participants were listed when it was begun", result);
        } else if (record.get().verdict().isPresent()) {
            refuse(id, "it is decided: " + record.get().verdict().get().decision(), result);
        } else if (seen.listing() != Observation.Listing.OPEN) {
            refuse(id, "its list of participants is closed", result);
        } else if (branches.size() >= at.config.branchBound()) {
            refuse(id, "this instance holds branchBound " + at.config.branchBound() + " branches; ask again", result);
        } else {
            BranchId branch = at.branch(id, at.attempt);
            branches.enlist(branch);
            result.complete(enlisted(branch));
        }
    }

    private EnlistedBranch enlisted(BranchId branch) {
        return new EnlistedBranch(branch, new Enlistment(branch.transaction(), at.name, at.id, at.attempt));
    }

    private void refuse(TransactionId id, String why, CompletableFuture<EnlistedBranch> result) {
        result.completeExceptionally(
                new EnlistmentRefusedException(at + " cannot enlist in transaction " + id + ": " + why));
    }
}
