package dev.assent.client;

import dev.assent.protocol.Initiation.Event;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionRecord;
import dev.assent.store.Node;
import dev.assent.store.Paths;
import dev.assent.store.Session;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Learns how a begun transaction ends: from its record, or, where that is gone, by a look-up. Lives on the store's loop. */
final class DecisionStep {
    private static final Logger LOG = LoggerFactory.getLogger(DecisionStep.class);
    private static final Duration PATIENCE = Duration.ofMillis(50);

    private final Flight flight;
    private final Sessions sessions;
    private final Hint hint = new Hint(this);
    private final VoteStep votes;
    private boolean reported;
    private boolean awaited;

    /** What the store keeps until the record changes; it lets go of a transaction that ended before. */
    private static final class Hint implements Runnable {
        private DecisionStep step;

        Hint(DecisionStep step) {
            this.step = step;
        }

        @Override
        public void run() {
            if (step != null) {
                step.hinted();
            }
        }
    }

    DecisionStep(Flight flight, Sessions sessions, EarlyOutcomes load) {
        this.flight = flight;
        this.sessions = sessions;
        this.votes = new VoteStep(flight, sessions, load, this::read);
    }

    /**
     * Looks at the votes, where that is affordable, and at the record. A record whose votes are looked at need not be
     * watched at first: they mostly say how it ends. Without a session nothing happens: the next one asks for it again (rule
     * 7).
     */
    void await() {
        boolean first = !awaited;
        awaited = true;
        if (votes.look() && first) {
            flight.whileUnchanged(PATIENCE, this::watch);
        } else {
            watch();
        }
    }

    private void watch() {
        Optional<Session> current = sessions.current();
        if (current.isEmpty()) {
            return;
        }
        // The same callback each time: watches of one node do not add up.
        flight.on(current.get().readAndWatch(Paths.record(flight.id()), hint), (node, failure) -> {
            if (failure != null) {
                flight.later(this::await);
            } else {
                observe(node);
            }
        });
    }

    private void read() {
        sessions.current()
                .ifPresent(session -> flight.on(session.read(Paths.record(flight.id())), (node, failure) -> {
                    // Else the watch that follows reads it again.
                    if (failure == null) {
                        observe(node);
                    }
                }));
    }

    /** A record changes once: what the hint is about is read without a further watch, which nobody would use up. */
    private void hinted() {
        flight.guarded(() -> {
            Optional<Session> current = sessions.current();
            if (flight.awaits() && current.isPresent()) {
                flight.on(current.get().read(Paths.record(flight.id())), (node, failure) -> {
                    if (failure != null) {
                        flight.later(this::await);
                    } else if (Reading.of(node).state() == Reading.State.UNDECIDED) {
                        // It was about another one that shares the znode: this one's decision is still to be watched
                        // for.
                        await();
                    } else {
                        observe(node);
                    }
                });
            }
        });
    }

    void release() {
        hint.step = null;
        votes.release();
    }

    private void observe(Optional<Node> node) {
        Reading reading = Reading.of(node);
        switch (reading.state()) {
            case ABSENT -> flight.fire(Event.READ_ABSENT);
            case UNREADABLE -> report(reading.detail());
            default -> {
                if (foreign(reading)) {
                    report("the record is another initiator's");
                } else {
                    concluded(reading);
                    if (reading.state() == Reading.State.UNDECIDED) {
                        votes.sawRecord(node.orElseThrow());
                    }
                }
            }
        }
    }

    private boolean foreign(Reading reading) {
        return reading.record().filter(flight.begun()::wrote).isEmpty();
    }

    private void concluded(Reading reading) {
        switch (reading.state()) {
            case COMMITTED -> {
                if (flight.accepts(Event.READ_COMMIT)) {
                    flight.decided(Event.READ_COMMIT, reading.reason());
                } else {
                    report("COMMIT stands in the record of an open transaction");
                }
            }
            case ABORTED -> flight.decided(Event.READ_ABORT, reading.reason());
            default -> flight.fire(Event.READ_UNDECIDED);
        }
    }

    /** No conclusion from what no role writes (rule 12): the caller's deadline ends the waiting. */
    private void report(String what) {
        flight.doubt(what);
        if (!reported) {
            reported = true;
            LOG.warn("{}: {}", flight, what);
        }
    }

    void lookUp() {
        flight.withSession(session -> flight.on(Lookup.find(session, flight.id()), (found, failure) -> {
            if (failure != null) {
                flight.doubt("the look-up failed: " + failure.getMessage());
                flight.later(this::lookUp);
            } else {
                lookedUp(session, found);
            }
        }));
    }

    private void lookedUp(Session session, Lookup.Found found) {
        Reading reading = found.record();
        if (reading.state() == Reading.State.ABSENT) {
            if (found.finished().isEmpty()) {
                flight.fire(Event.HISTORY_SILENT);
            } else {
                OutcomeView end = found.finished().get();
                flight.decided(
                        end.state() == OutcomeState.COMMITTED ? Event.HISTORY_COMMITTED : Event.HISTORY_ABORTED,
                        end.reason());
            }
        } else if (reading.state() == Reading.State.UNREADABLE || foreign(reading)) {
            report(reading.detail().isEmpty() ? "the record is another initiator's" : reading.detail());
            flight.fire(Event.HISTORY_SILENT);
        } else if (reading.state() == Reading.State.UNDECIDED
                && reading.record().filter(TransactionRecord::enlisted).isPresent()) {
            openOrClosed(session);
        } else {
            concluded(reading);
        }
    }

    private void openOrClosed(Session session) {
        flight.on(session.read(Paths.list(flight.id())), (list, failure) -> {
            if (failure != null) {
                flight.later(this::lookUp);
            } else {
                flight.fire(list.isPresent() ? Event.READ_UNDECIDED : Event.ALREADY_BEGUN_OPEN);
            }
        });
    }
}
