package dev.assent;

import dev.assent.participant.EnlistedBranch;
import dev.assent.participant.Participant;
import dev.assent.participant.ParticipantStatus;
import dev.assent.protocol.TransactionId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A participant instance that runs in this process. Thread-safe; ends with its {@link Assent} at the latest. */
public final class Participation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Participation.class);
    /** What the close of the role takes beyond its own limit for running calls. */
    private static final Duration CLOSE_MARGIN = Duration.ofSeconds(5);

    private final String name;
    private final Participant participant;
    private final ExecutorService pool;
    private final Duration closeLimit;
    private volatile boolean closed;

    Participation(String name, Participant participant, ExecutorService pool, Duration closeTimeout) {
        this.name = name;
        this.participant = participant;
        this.pool = pool;
        this.closeLimit = closeTimeout.plus(CLOSE_MARGIN);
    }

    /** The participant's name. */
    public String name() {
        return name;
    }

    /** This instance's id. */
    public String instance() {
        return participant.instance();
    }

    /**
     * Opens a branch under an open transaction: do the work in the resource under its branch id, then hand its token to
     * the initiator. Asked again for the same transaction, answers the same branch.
     *
     * @return fails with a {@link dev.assent.participant.EnlistmentRefusedException} where nothing was opened
     * @throws IllegalArgumentException if {@code transaction} is no transaction id
     * @throws IllegalStateException if this instance is closed
     */
    public CompletableFuture<EnlistedBranch> enlistAsync(String transaction) {
        return ask(transaction).thenApplyAsync(branch -> branch, Answers.THREADS);
    }

    /** As {@link #enlistAsync}, and waits. */
    public EnlistedBranch enlist(String transaction) throws InterruptedException {
        return Answers.await(ask(transaction));
    }

    private CompletableFuture<EnlistedBranch> ask(String transaction) {
        if (closed) {
            throw new IllegalStateException("this instance of '" + name + "' is closed");
        }
        return participant.enlist(TransactionId.parse(transaction));
    }

    /** How this instance stands. */
    public CompletableFuture<ParticipantStatus> status() {
        return participant.status().thenApplyAsync(status -> status, Answers.THREADS);
    }

    /**
     * Takes this participant out of the installation for good. Fails with an {@link IllegalStateException} that names what
     * is left to do, and then works on.
     */
    public CompletableFuture<Void> retire() {
        return participant.retire().thenRunAsync(pool::shutdown, Answers.THREADS);
    }

    Participant role() {
        return participant;
    }

    /** Takes no new work and waits for running calls of the resource, for a bounded time. Branches in doubt stay in doubt. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            participant.close().get(closeLimit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("participant {}: not closed in an orderly way within {}", name, closeLimit, e);
        }
        pool.shutdown();
    }
}
