package dev.assent.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.assent.protocol.Enlistment;
import dev.assent.protocol.Initiation.Event;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.store.Loop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A caller's hold on a transaction that it began. Thread-safe; nothing here blocks. Its futures complete on the store's
 * loop, where nothing may block either.
 */
public final class GlobalTransaction {
    private final Loop loop;
    private final Flight flight;
    private final Object lock = new Object();
    // Guarded by lock.
    private final Map<String, Enlistment> tokens = new LinkedHashMap<>();
    private String spoiled = "";
    private boolean ended;

    GlobalTransaction(Loop loop, Flight flight) {
        this.loop = loop;
        this.flight = flight;
    }

    /** How it ended. Always completes normally; an exception is no way for a transaction to end. */
    public CompletableFuture<Answer> answer() {
        return flight.answer();
    }

    /** For enlisted work: its id once services can enlist, or nothing where the answer came first. */
    public CompletableFuture<Optional<TransactionId>> opened() {
        return flight.opened();
    }

    /**
     * Takes the token of a service that did work. May be repeated. A token that is refused spoils the transaction: the
     * work behind it could not be part of it, so {@link #commit} will abort.
     *
     * @throws IllegalArgumentException if it is of another transaction, one too many, or names another instance or attempt of
     *     a participant than an earlier token (section 3)
     * @throws IllegalStateException if commit or abort was asked for before
     */
    public void enlisted(Enlistment token) {
        synchronized (lock) {
            if (ended) {
                throw new IllegalStateException("enlisted too late: commit or abort was asked for; " + token);
            }
            Enlistment earlier = tokens.putIfAbsent(token.participant(), token);
            if (flight.opened()
                    .getNow(Optional.empty())
                    .filter(token.transaction()::equals)
                    .isEmpty()) {
                spoil("the token " + token + " is not of this transaction, " + flight);
            } else if (earlier != null && !earlier.sameHolder(token)) {
                spoil("participant '" + token.participant() + "' enlisted twice, as " + earlier + " and as " + token
                        + ": one instance must do all of its work");
            } else if (tokens.size() > TransactionRecord.MAX_PARTICIPANTS) {
                spoil(tokens.size() + " participants exceed the bound of " + TransactionRecord.MAX_PARTICIPANTS);
            }
        }
    }

    /**
     * As {@link #enlisted(Enlistment)}; a text that is no token spoils the transaction too.
     *
     * @throws IllegalArgumentException if the token is refused
     */
    public void enlisted(String token) {
        Enlistment read;
        try {
            read = Enlistment.parse(token);
        } catch (IllegalArgumentException e) {
            synchronized (lock) {
                spoiled = e.getMessage();
            }
            throw e;
        }
        enlisted(read);
    }

    private void spoil(String why) {
        spoiled = why;
        throw new IllegalArgumentException(why);
    }

    /**
     * Closes the list of those who enlisted, and has the coordinator decide. Where nobody enlisted, or a token was
     * refused, it aborts. Only the first call of {@link #commit} or {@link #abort} counts.
     */
    @CanIgnoreReturnValue
    public CompletableFuture<Answer> commit() {
        synchronized (lock) {
            if (!ended) {
                ended = true;
                List<Enlistment> closed = List.copyOf(tokens.values());
                String why = closed.isEmpty() && spoiled.isEmpty() ? "no participant enlisted" : spoiled;
                loop.execute(() -> flight.end(why.isEmpty() ? Event.CLOSE : Event.ABANDON, closed, why));
            }
        }
        return answer();
    }

    /** Forbids COMMIT by closing the list empty; the coordinator then aborts. */
    @CanIgnoreReturnValue
    public CompletableFuture<Answer> abort() {
        synchronized (lock) {
            if (!ended) {
                ended = true;
                loop.execute(() -> flight.end(Event.ABANDON, List.of(), "aborted by its initiator"));
            }
        }
        return answer();
    }

    /** Ends the waiting: REFUSED where nothing was sent, else UNKNOWN, unless the answer is there. */
    @CanIgnoreReturnValue
    public CompletableFuture<Answer> giveUp(String why) {
        loop.execute(() -> flight.giveUp(Refusal.Cause.GIVEN_UP, why));
        return answer();
    }
}
