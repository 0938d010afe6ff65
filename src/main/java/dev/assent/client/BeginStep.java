package dev.assent.client;

import dev.assent.protocol.Initiation.Event;
import dev.assent.protocol.Initiation.State;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.store.GroupCommit;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Session;
import dev.assent.store.StoreException;
import dev.assent.store.WriteResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins one transaction (rule 6): one multi that checks the generation and creates no parents. A lost one is sent again,
 * byte for byte, on whatever session there is. Lives on the store's loop.
 */
final class BeginStep {
    private static final Logger LOG = LoggerFactory.getLogger(BeginStep.class);

    private final Flight flight;
    private final Flight.Home home;
    private final BeginRequest request;
    private final String process;
    private final Map<String, byte[]> entries;
    private final long startedNanos;

    private Optional<TransactionId> id = Optional.empty();
    private TransactionRecord record;
    private Optional<Multi> multi = Optional.empty();
    private Packing.Kind kind;
    private long beginBytes;
    private boolean underWay;
    private Refusal obstacle;

    BeginStep(Flight flight, Flight.Home home, BeginRequest request, String process) {
        this.flight = flight;
        this.home = home;
        this.request = request;
        this.process = process;
        this.entries = Multi.entries(request.payloads());
        // As long as any that may be drawn.
        this.record = request.record(process + "-" + Long.MAX_VALUE);
        this.startedNanos = home.loop().nanoTime();
        this.obstacle = new Refusal(
                Refusal.Cause.UNREACHABLE, "not connected to " + home.config().store());
    }

    Optional<TransactionId> id() {
        return id;
    }

    /** Whether a begin was sent and is unanswered. */
    boolean underWay() {
        return underWay;
    }

    /** Whether {@code other} is the record of this begin (rule 6). */
    boolean wrote(TransactionRecord other) {
        return record.sameBegin(other);
    }

    /** What stood in the way so far, and for how long. */
    Refusal obstacle() {
        return new Refusal(obstacle.cause(), obstacle.detail() + "; tried for " + elapsed());
    }

    private Duration elapsed() {
        return Duration.ofMillis((home.loop().nanoTime() - startedNanos) / 1_000_000);
    }

    /** The time for beginning is over: refuse, where it is certain that nothing was begun. */
    void limitPassed() {
        if (flight.in(State.BEGINNING) && !underWay) {
            flight.refuse(obstacle());
        }
    }

    /** Draws an id in the generation that is open now, and begins it. */
    void newId() {
        if (elapsed().compareTo(request.timeout()) > 0) {
            flight.refuse(obstacle());
            return;
        }
        flight.withSession(session -> flight.on(home.generations().current(session), (generation, failure) -> {
            if (forbidden(failure)) {
                flight.refuse(new Refusal(
                        Refusal.Cause.FORBIDDEN,
                        home.config().store() + " does not permit to begin: " + failure.getMessage()));
            } else if (failure != null) {
                obstacle = new Refusal(
                        Refusal.Cause.UNREACHABLE, home.config().store() + " does not answer: " + failure.getMessage());
                flight.later(this::newId);
            } else if (generation.isEmpty()) {
                obstacle = new Refusal(
                        Refusal.Cause.NOT_READY,
                        Paths.TRANSACTIONS + " at " + home.config().store()
                                + " announces no generation: start a coordinator, or check the chroot");
                flight.later(this::newId);
            } else {
                begin(generation.get());
            }
        }));
    }

    private static boolean forbidden(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof StoreException known && known.kind() == StoreException.Kind.NO_AUTH;
    }

    private void begin(long generation) {
        kind = new Packing.Kind(generation, record.participants());
        long bytes = home.packing().beginBytes(kind, record, entries);
        int most = home.config().maxRequestBytes();
        if (bytes > most) {
            flight.refuse(new Refusal(
                    Refusal.Cause.TOO_LARGE,
                    "the payloads for " + record.participants() + " make a begin of " + bytes + " bytes, the bound is "
                            + most + ": send references instead of contents"));
            return;
        }
        multi = Optional.empty();
        beginBytes = bytes;
        send();
    }

    /** Sends the begin of this id, for the first time or again. */
    void send() {
        flight.withSession(session -> {
            Attempt attempt = new Attempt(session);
            if (multi.isEmpty()) {
                home.packing().waits(kind);
            }
            home.sessions().submit(session, attempt);
        });
    }

    /** One sending. The id is drawn when its turn has come, so that those that waited with it can share its znodes. */
    private final class Attempt implements GroupCommit.Submission {
        private final Session session;

        Attempt(Session session) {
            this.session = session;
        }

        @Override
        public List<Op> compose() {
            boolean wanted = wanted();
            if (multi.isEmpty()) {
                if (!wanted) {
                    home.packing().left(kind);
                    return List.of();
                }
                Packing.Drawn drawn = home.packing().sent(kind, beginBytes);
                id = Optional.of(drawn.id());
                record = request.record(process + "-" + drawn.bundle());
                multi = Optional.of(Multi.begin(drawn.id(), record, entries));
            }
            underWay = wanted;
            return wanted ? multi.get().operations() : List.of();
        }

        private boolean wanted() {
            return flight.in(State.BEGINNING) || flight.in(State.REPLAYING);
        }

        @Override
        public void answered(WriteResult result) {
            flight.guarded(() -> {
                underWay = false;
                if (wanted()) {
                    BeginStep.this.answered(session, result);
                }
            });
        }
    }

    private void answered(Session session, WriteResult result) {
        boolean open = request.enlisted();
        switch (result.status()) {
            case OK -> flight.fire(open ? Event.BEGUN_OPEN : Event.BEGUN);
            case LOST -> {
                LOG.debug("{}: the begin's answer was lost: {}", flight, result.detail());
                flight.doubt("the begin's answer was lost: " + result.detail());
                flight.fire(Event.BEGIN_LOST);
            }
            case NODE_EXISTS -> exists(session, result);
            case NO_NODE, BAD_VERSION -> missing(session, result);
            case TOO_LARGE -> flight.refuse(new Refusal(Refusal.Cause.TOO_LARGE, result.detail()));
            case NO_AUTH ->
                flight.refuse(new Refusal(
                        Refusal.Cause.FORBIDDEN,
                        home.config().store() + " does not permit to begin: " + described(result)));
            default -> flight.refuse(new Refusal(Refusal.Cause.NOT_READY, described(result)));
        }
    }

    private String described(WriteResult result) {
        String operation = result.failedOperation() < 0
                ? "the request"
                : multi.orElseThrow().operations().get(result.failedOperation()).toString();
        return result.status() + " at " + operation + (result.detail().isEmpty() ? "" : " (" + result.detail() + ")");
    }

    /** NodeExists means begun only at the record's own operation and with equal content (rule 6). */
    private void exists(Session session, WriteResult result) {
        if (result.failedOperation() != Multi.SUBJECT) {
            flight.doubt(described(result));
            flight.fire(Event.ID_TAKEN);
            return;
        }
        flight.on(session.read(Paths.record(flight.id())), (node, failure) -> {
            if (failure != null) {
                flight.fire(Event.BEGIN_DELAYED);
                return;
            }
            Reading reading = Reading.of(node);
            if (reading.record().filter(this::wrote).isPresent()) {
                flight.fire(request.enlisted() ? Event.ALREADY_BEGUN_OPEN : Event.ALREADY_BEGUN);
            } else if (reading.state() == Reading.State.ABSENT) {
                // Collected between the write and the read: its generation is sealed.
                flight.fire(Event.CANNOT_BEGIN);
            } else {
                flight.doubt("the id is taken by somebody else's record");
                flight.fire(Event.ID_TAKEN);
            }
        });
    }

    private void missing(Session session, WriteResult result) {
        Optional<String> owner = multi.orElseThrow().inboxOwner(result.failedOperation());
        if (owner.isPresent()) {
            noInbox(session, owner.get());
            return;
        }
        long generation = flight.id().generation();
        home.generations().stale(generation);
        obstacle = new Refusal(
                Refusal.Cause.NOT_READY,
                "generation " + generation + " takes no transactions and "
                        + home.config().store() + " announces no newer one: is a coordinator running?");
        flight.doubt("generation " + generation + " is sealed, and neither its record nor the history knows the id");
        flight.fire(Event.CANNOT_BEGIN);
    }

    /** Begin creates no parents: without an inbox the participant is unknown, or its inbox is about to be created. */
    private void noInbox(Session session, String participant) {
        flight.on(session.read(Paths.participant(participant)), (node, failure) -> {
            if (failure == null && node.isEmpty()) {
                flight.refuse(new Refusal(
                        Refusal.Cause.UNKNOWN_PARTICIPANT,
                        "participant '" + participant + "' never registered at "
                                + home.config().store() + ": start it, or check the name"));
                return;
            }
            obstacle = new Refusal(
                    Refusal.Cause.NOT_READY,
                    "participant '" + participant + "' is registered and has no inbox for generation "
                            + flight.id().generation() + ": are it and a coordinator running?");
            flight.fire(Event.BEGIN_DELAYED);
        });
    }
}
