package dev.assent.client;

import dev.assent.protocol.CommitProtocol;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Backoff;
import dev.assent.store.Loop;
import dev.assent.store.Store;
import dev.assent.store.StoreException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins transactions and learns how they end, by the initiation table of {@link CommitProtocol}. Never guesses: what it
 * cannot know is answered UNKNOWN (rule 11).
 *
 * <p>Lives on the store's loop; methods may be called from any thread, block nowhere, and futures complete on that loop.
 */
public final class Initiator {
    private static final Logger LOG = LoggerFactory.getLogger(Initiator.class);

    private final Store store;
    private final Loop loop;
    private final InitiatorConfig config;
    private final Sessions sessions;
    private final Flight.Home home;
    private final Set<Flight> flights = new LinkedHashSet<>();
    private final String process;

    private final Asking asking;

    private boolean closed;
    private Loop.Timer sweep = () -> {};

    /**
     * @param store whose loop it lives on
     * @param protocol the tables that drive it
     * @param config checked settings
     * @param random 64 random bits at each call; ids and pauses come from it
     */
    public Initiator(Store store, CommitProtocol protocol, InitiatorConfig config, LongSupplier random) {
        this.store = store;
        this.loop = store.loop();
        this.config = config;
        this.sessions = new Sessions(loop);
        this.process = String.format("%016x", random.getAsLong());
        this.home = new Flight.Home(
                loop,
                sessions,
                new Generations(),
                protocol,
                config,
                random,
                new Packing(loop, random, config.mostTogether()),
                new EarlyOutcomes(),
                flights::remove);
        this.asking = new Asking(
                loop, sessions, () -> new Backoff(config.firstPause(), config.longestPause(), random), config.store());
    }

    /** Starts listening to the store's sessions. */
    public void start() {
        sessions.onConnected(home.generations()::forget);
        sessions.onConnected(this::rereadAll);
        store.listen(sessions);
        loop.execute(this::scheduleSweep);
    }

    private void scheduleSweep() {
        if (!closed) {
            sweep = loop.schedule(config.reread(), () -> {
                rereadAll();
                scheduleSweep();
            });
        }
    }

    private void rereadAll() {
        List.copyOf(flights).forEach(Flight::reread);
    }

    /**
     * Begins a transaction. For a list of participants the answer is its end; for enlisted work it is open once {@link
     * GlobalTransaction#opened} completes. What exceeds a bound, and whatever comes too late or too many, is REFUSED.
     */
    public GlobalTransaction begin(BeginRequest request) {
        Flight flight = new Flight(home, request, process);
        loop.execute(() -> {
            Optional<Refusal> refusal = refusal(request);
            flights.add(flight);
            if (refusal.isPresent()) {
                flight.guarded(() -> flight.refuse(refusal.get()));
            } else {
                flight.start();
            }
        });
        return new GlobalTransaction(loop, flight);
    }

    private Optional<Refusal> refusal(BeginRequest request) {
        if (closed) {
            return Optional.of(new Refusal(Refusal.Cause.CLOSED, "this initiator is closed"));
        }
        if (flights.size() >= config.maxInFlight()) {
            return Optional.of(new Refusal(
                    Refusal.Cause.OVERLOADED,
                    flights.size() + " transactions are in flight, the bound is " + config.maxInFlight()
                            + ": try again when some have ended"));
        }
        return request.payloads().entrySet().stream()
                .filter(entry -> entry.getValue().length > config.maxPayloadBytes())
                .findFirst()
                .map(entry -> new Refusal(
                        Refusal.Cause.TOO_LARGE,
                        "the payload for participant '" + entry.getKey() + "' has " + entry.getValue().length
                                + " bytes, the bound is " + config.maxPayloadBytes()
                                + ": send a reference instead of the content"));
    }

    /**
     * What can be said about a transaction now: a quorum write, its record, then the history (rule 5). FORGOTTEN is not
     * ABORTED; right after a begin whose answer was lost it may still become PENDING. Fails with a {@link StoreException}
     * where the record cannot be read, or nobody answers within {@code limit}.
     */
    public CompletableFuture<OutcomeView> outcome(TransactionId id, Duration limit) {
        return asking.ask("the outcome of " + id, limit, session -> Lookup.outcome(session, id));
    }

    /**
     * Takes no more transactions and answers those in flight: REFUSED where nothing was sent, else UNKNOWN. The future
     * completes when all are answered.
     */
    public CompletableFuture<Void> close() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            closed = true;
            sweep.cancel();
            asking.close();
            LOG.debug("closing with {} transactions in flight", flights.size());
            List.copyOf(flights).forEach(flight -> flight.giveUp(Refusal.Cause.CLOSED, "the initiator was closed"));
            done.complete(null);
        });
        return done;
    }
}
