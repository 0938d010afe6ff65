package dev.assent;

import dev.assent.client.BeginRequest;
import dev.assent.client.GlobalTransaction;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Collects what a transaction's participants are sent. Not thread-safe; each commit is another transaction. */
public final class TransactionBuilder {
    private final Function<BeginRequest, GlobalTransaction> begin;
    private final Map<String, byte[]> payloads = new LinkedHashMap<>();
    private Duration timeout;
    private Optional<String> trace = Optional.empty();

    TransactionBuilder(Function<BeginRequest, GlobalTransaction> begin, Duration timeout) {
        this.begin = begin;
        this.timeout = timeout;
    }

    /**
     * Adds a participant; at most 64.
     *
     * @param participant its name, {@code [a-z0-9-]{1,32}}
     * @param payload what its resource's {@code prepare} is given; copied
     */
    public TransactionBuilder with(String participant, byte[] payload) {
        if (payloads.putIfAbsent(participant, payload.clone()) != null) {
            throw new IllegalArgumentException("participant '" + participant
                    + "' stands in the transaction already: put its work into one payload");
        }
        return this;
    }

    /** How long a coordinator waits for the votes, from when it first saw the transaction; 1 ms to 7 days. */
    public TransactionBuilder timeout(Duration value) {
        timeout = value;
        return this;
    }

    /** W3C trace context that the record carries, at most 512 characters. */
    public TransactionBuilder trace(String traceparent) {
        trace = Optional.of(traceparent);
        return this;
    }

    /**
     * Begins the transaction and waits for its end, for the timeout plus {@link AssentOptions#patience} at most.
     *
     * @return COMMITTED or ABORTED
     * @throws TransactionRefusedException if nothing was begun; trying again is safe
     * @throws OutcomeUnknownException if nobody here can tell; trying again may do the work twice
     * @throws IllegalArgumentException if a name, the number of participants or the timeout is out of bounds
     */
    public Outcome commit() {
        return Answers.await(begin.apply(request()));
    }

    /**
     * As {@link #commit} without waiting. Fails with the same exceptions; what depends on the future runs on a
     * thread of Assent's and may block there. To cancel the future does not end the transaction.
     */
    public CompletableFuture<Outcome> commitAsync() {
        return begin.apply(request()).answer().thenApplyAsync(Answers::outcome, Answers.THREADS);
    }

    private BeginRequest request() {
        if (payloads.isEmpty()) {
            throw new IllegalArgumentException("no participant: add one with with(name, payload) (rule 10)");
        }
        return new BeginRequest(payloads, timeout, trace);
    }
}
