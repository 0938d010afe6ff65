package dev.assent.participant;

import dev.assent.store.Paths;
import dev.assent.store.Session;
import dev.assent.store.WriteResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways in which an instance ends: for now, or for good. Lives on the loop. */
final class Departure {
    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);
    private static final Duration POLL = Duration.ofMillis(20);

    private final Instance at;
    private final Membership membership;
    private final Siblings siblings;
    private final Branches branches;
    private final Inbox inbox;
    private final Recoveries recoveries;
    private final Lifecycle lifecycle;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    Departure(
            Instance at,
            Membership membership,
            Siblings siblings,
            Branches branches,
            Inbox inbox,
            Recoveries recoveries,
            Lifecycle lifecycle) {
        this.at = at;
        this.membership = membership;
        this.siblings = siblings;
        this.branches = branches;
        this.inbox = inbox;
        this.recoveries = recoveries;
        this.lifecycle = lifecycle;
    }

    void close(CompletableFuture<Void> result) {
        at.when(closed, (done, failure) -> result.complete(null));
        if (!at.closing()) {
            stop();
            awaitQuiet(at.loop.nanoTime());
        }
    }

    private void stop() {
        at.close();
        at.calls.close();
        inbox.close();
        recoveries.close();
        lifecycle.stop();
    }

    // What runs may still acknowledge what it applied; nothing new begins.
    private void awaitQuiet(long since) {
        boolean quiet = at.calls.running() == 0 && !at.writing();
        boolean late = at.loop.nanoTime() - since >= at.config.closeTimeout().toNanos();
        if (!quiet && !late) {
            at.loop.schedule(POLL, () -> awaitQuiet(since));
            return;
        }
        if (!quiet) {
            LOG.warn(
                    "{}: closed with {} calls of the resource still running after {}",
                    at,
                    at.calls.running(),
                    at.config.closeTimeout());
        }
        if (branches.size() > 0) {
            LOG.info(
                    "{}: closes with {} branches, {} of them in doubt, for the next process to finish",
                    at,
                    branches.size(),
                    branches.inDoubt());
        }
        boolean displaced = siblings.own()
                .filter(presence -> !presence.attempt().equals(at.attempt))
                .isPresent();
        CompletableFuture<WriteResult> gone =
                displaced ? CompletableFuture.completedFuture(WriteResult.OK) : membership.disappear();
        at.when(gone, (done, failure) -> {
            LOG.debug("{}: closed, presence: {} {}", at, done, failure);
            closed.complete(null);
        });
    }

    void retire(CompletableFuture<Void> result) {
        Optional<Session> session = at.session();
        if (session.isEmpty() || at.closing() || !at.takesWork()) {
            refuse(result, "it is not connected, or closes or retires already");
        } else if (branches.size() > 0) {
            refuse(result, branches.size() + " branches are in progress; ask again once they ended");
        } else {
            at.takeNoWork();
            inbox.close();
            at.when(recoveries.next(), (pass, failure) -> {
                if (at.closing()) {
                    refuse(result, "it was closed meanwhile");
                } else if (!pass.complete()) {
                    resume(result, "the recovery pass came to no conclusion; ask again");
                } else if (pass.listed() > 0 || branches.size() > 0) {
                    resume(result, "its resource still holds " + pass.listed() + " branches");
                } else {
                    unregister(session.get(), result);
                }
            });
        }
    }

    private void unregister(Session session, CompletableFuture<Void> result) {
        at.when(membership.unregister(session), (written, failure) -> {
            if (failure != null) {
                resume(result, failure.toString());
            } else if (written.ok()) {
                retired(result);
            } else if (written.status() == WriteResult.Status.LOST) {
                at.when(session.read(Paths.participant(at.name)), (node, unread) -> {
                    if (unread == null && node.isEmpty()) {
                        retired(result);
                    } else {
                        resume(result, "whether it is unregistered is not known; ask again");
                    }
                });
            } else {
                resume(result, "work, another instance or a heuristic outcome is left: " + written);
            }
        });
    }

    private void retired(CompletableFuture<Void> result) {
        LOG.info("{}: participant {} is retired", at, at.name);
        stop();
        closed.complete(null);
        result.complete(null);
    }

    private void resume(CompletableFuture<Void> result, String why) {
        at.takeWork();
        if (recoveries.complete()) {
            inbox.open();
        }
        lifecycle.rescan();
        refuse(result, why);
    }

    private void refuse(CompletableFuture<Void> result, String why) {
        result.completeExceptionally(new IllegalStateException("participant " + at.name + " cannot retire: " + why));
    }
}
