package dev.assent;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.assent.client.GlobalTransaction;
import dev.assent.protocol.Enlistment;
import dev.assent.protocol.TransactionId;
import java.util.concurrent.CompletableFuture;

/**
 * An open transaction: services work under its id, each hands a token back, and then it is committed or aborted. A
 * coordinator aborts it after its timeout. Thread-safe.
 *
 * <p>If it is unknown whether a call to a service enlisted, because its answer was lost, do not commit: {@link #abort}
 * undoes the work wherever it is. One instance of a participant has to do all of that participant's work.
 */
public final class Transaction implements AutoCloseable {
    private final TransactionId id;
    private final GlobalTransaction transaction;

    Transaction(TransactionId id, GlobalTransaction transaction) {
        this.id = id;
        this.transaction = transaction;
    }

    /** To be sent along with each call to a service. */
    public String id() {
        return id.toString();
    }

    /**
     * Takes the token that a service returned. May be repeated with the same token. After a refused one {@link #commit}
     * aborts: the work behind it could not be part of the transaction.
     *
     * @throws IllegalArgumentException if it is no token of this transaction, the 65th participant's, or names another
     *     instance or process start of a participant than an earlier token
     * @throws IllegalStateException if commit or abort was called before
     */
    public void enlisted(String token) {
        transaction.enlisted(token);
    }

    /** As {@link #enlisted(String)}. */
    public void enlisted(Enlistment token) {
        transaction.enlisted(token);
    }

    /**
     * Has the coordinator decide, and waits for it. Where nobody enlisted, or a token was refused, it aborts. Only the
     * first of all calls to commit and abort counts, the others wait for the same end.
     *
     * @return COMMITTED or ABORTED
     * @throws OutcomeUnknownException if nobody here can tell; ask again with its id
     */
    public Outcome commit() {
        transaction.commit();
        return Answers.await(transaction);
    }

    /** As {@link #commit} without waiting; what depends on the future runs on a thread of Assent's and may block there. */
    @CanIgnoreReturnValue
    public CompletableFuture<Outcome> commitAsync() {
        return transaction.commit().thenApplyAsync(Answers::outcome, Answers.THREADS);
    }

    /**
     * Forbids COMMIT, and waits until the coordinator has decided ABORT.
     *
     * @return ABORTED; COMMITTED where an earlier commit won
     * @throws OutcomeUnknownException if nobody here can tell; ask again with its id
     */
    public Outcome abort() {
        transaction.abort();
        return Answers.await(transaction);
    }

    /** As {@link #abort} without waiting; what depends on the future runs on a thread of Assent's and may block there. */
    @CanIgnoreReturnValue
    public CompletableFuture<Outcome> abortAsync() {
        return transaction.abort().thenApplyAsync(Answers::outcome, Answers.THREADS);
    }

    /** Aborts, without waiting, unless commit or abort was called. */
    @Override
    public void close() {
        transaction.abort();
    }
}
