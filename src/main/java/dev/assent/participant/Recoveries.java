package dev.assent.participant;

import dev.assent.protocol.BranchId;
import dev.assent.store.Backoff;
import dev.assent.store.Loop;
import dev.assent.store.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Runs recovery passes, one at a time: at every connection, periodically, when a driver asks, and again when one was
 * abandoned. Lives on the loop.
 */
final class Recoveries {
    private final Instance at;
    private final Branches branches;
    private final Siblings siblings;
    private final Runnable afterFirst;
    private final Backoff pauses;
    private final List<CompletableFuture<RecoveryPass.Result>> waiting = new ArrayList<>();
    private Set<BranchId> heldElsewhere = Set.of();
    private Optional<Loop.Timer> soon = Optional.empty();
    private boolean running;
    private boolean again;
    private boolean complete;
    private int untouched;

    /** @param afterFirst called once, after the first pass that reached its conclusions */
    Recoveries(Instance at, Branches branches, Siblings siblings, Runnable afterFirst) {
        this.at = at;
        this.branches = branches;
        this.siblings = siblings;
        this.afterFirst = afterFirst;
        this.pauses = at.pauses();
    }

    /** Runs a pass now, or after the one that runs. */
    void now() {
        if (running) {
            again = true;
            return;
        }
        soon.ifPresent(Loop.Timer::cancel);
        soon = Optional.empty();
        Optional<Session> session = at.session();
        if (session.isEmpty() || at.closing()) {
            // The next connection begins with a pass.
            return;
        }
        running = true;
        List<CompletableFuture<RecoveryPass.Result>> told = List.copyOf(waiting);
        waiting.clear();
        new RecoveryPass(at, session.get(), branches, siblings, heldElsewhere, result -> ended(result, told)).run();
    }

    /** Runs a pass after a pause that grows while passes come to nothing. */
    void soon() {
        if (running) {
            again = true;
        } else if (soon.isEmpty()) {
            soon = Optional.of(at.loop.schedule(pauses.next(), this::now));
        }
    }

    /** The result of the next pass that begins. */
    CompletableFuture<RecoveryPass.Result> next() {
        CompletableFuture<RecoveryPass.Result> result = new CompletableFuture<>();
        waiting.add(result);
        now();
        return result;
    }

    private void ended(RecoveryPass.Result result, List<CompletableFuture<RecoveryPass.Result>> told) {
        running = false;
        if (result.complete()) {
            pauses.reset();
            heldElsewhere = result.heldElsewhere();
            untouched = result.untouched();
            if (!complete) {
                complete = true;
                afterFirst.run();
            }
        }
        if (again || !result.complete()) {
            again = false;
            soon();
        }
        told.forEach(future -> future.complete(result));
    }

    /** Begins no more passes; who waits for one learns that it came to nothing. */
    void close() {
        soon.ifPresent(Loop.Timer::cancel);
        List<CompletableFuture<RecoveryPass.Result>> told = List.copyOf(waiting);
        waiting.clear();
        told.forEach(future -> future.complete(new RecoveryPass.Result(false, 0, 0, Set.of())));
    }

    /** Whether this process knows what earlier ones left in the resource. */
    boolean complete() {
        return complete;
    }

    /** How many branches the last pass had to leave alone. */
    int untouched() {
        return untouched;
    }
}
