package dev.assent.coordinator;

import dev.assent.protocol.Coordination;
import dev.assent.protocol.IllegalTransitionException;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Paths;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions of one term: reads them when told to, feeds what was read to each one's machine and hands the effects to
 * {@link DecisionDesk} and {@link Collector}. What the machine does not say is not done. Lives on the loop.
 */
final class TransactionBook {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionBook.class);
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

    private final Term term;
    private final Context context;
    private final DecisionDesk decisions;
    private final SlotReader slots;
    private final Pendings pendings = new Pendings();

    TransactionBook(Term term, Context context) {
        this.term = term;
        this.context = context;
        this.decisions = new DecisionDesk(term, context, this);
        this.slots = new SlotReader(term, this);
    }

    Pendings pendings() {
        return pendings;
    }

    /** It exists, or may: reads it. */
    void look(TransactionId id) {
        Pending pending = find(id);
        if (pending != null) {
            read(pending);
        }
    }

    /** A listing shows it: reads it unless nothing about it can have changed. */
    void listed(TransactionId id) {
        Pending known = pendings.get(id);
        if (known != null && known.setAside) {
            forget(known);
            List.copyOf(known.operators).forEach(request -> abort(id, request));
        } else if (known != null && known.state() == Coordination.State.SETTLED) {
            return;
        }
        look(id);
    }

    /** One of its slots changed, or may have. */
    void lookAtSlot(TransactionId id, String participant) {
        Pending p = pendings.get(id);
        if (p == null) {
            look(id);
        } else {
            slots.hinted(p, participant);
        }
    }

    /**
     * Its record changed, or may have. Once it was read, nobody but this leader changes it, and what else could become of it
     * is noticed at the multi that relies on it.
     */
    void lookAtRecord(TransactionId id) {
        Pending p = find(id);
        if (p != null && (p.view == null || p.view.record().isEmpty())) {
            read(p, false);
        }
    }

    /** Its list was created, or may have been. */
    void lookAtList(TransactionId id) {
        Pending p = find(id);
        if (p != null && (p.view == null || p.state() == Coordination.State.OPEN)) {
            read(p, false);
        }
    }

    /** An operator asks to abort it. */
    void abort(TransactionId id, OperationDesk.Request request) {
        Pending p = find(id);
        if (p == null) {
            request.refuse(
                    term.generations().finished(id)
                            ? "no transaction of this id is pending: it is finished"
                            : "too many transactions are pending: this one is not looked at yet, ask again later");
            return;
        }
        p.operators.add(request);
        if (p.view == null) {
            read(p);
        } else {
            evaluate(p);
        }
    }

    /** A generation was sealed: its finished transactions may go (rule 6). */
    void sealed(long generation) {
        pendings.of(generation).forEach(this::evaluate);
    }

    private Pending find(TransactionId id) {
        Pending known = pendings.get(id);
        if (known != null || term.generations().finished(id)) {
            return known;
        }
        if (pendings.size() >= context.config().maxPending()) {
            context.counters().skipped++;
            context.reporter()
                    .steppedOver(
                            Paths.record(id),
                            "max-pending = " + context.config().maxPending()
                                    + " transactions are looked after already; looked at again later");
            return null;
        }
        Pending created = new Pending(
                id,
                context.protocol().coordination().start(Coordination.State.UNREAD, id),
                context.loop().nanoTime(),
                context.backoff());
        pendings.add(created);
        term.generations().began(id);
        return created;
    }

    private void forget(Pending p) {
        p.stopTimers();
        pendings.remove(p);
    }

    /** Reads all of it, now or as soon as what is on its way was answered. */
    void read(Pending p) {
        read(p, true);
    }

    /** @param whole whether the slots are read as well: of a transaction that is new to this leader they are empty */
    private void read(Pending p, boolean whole) {
        if (p.reading != null || p.writing()) {
            p.dirty = true;
            return;
        }
        p.dirty = false;
        p.asked.clear();
        p.hinted.clear();
        p.reading = new ViewReader(term.reads(), p.id, whole, view -> viewed(p, view), () -> {
            p.reading = null;
            readLater(p);
        });
        p.reading.start();
    }

    void readLater(Pending p) {
        p.failures++;
        term.later(p.backoff.next(), () -> {
            if (pendings.holds(p)) {
                read(p);
            }
        });
    }

    private void viewed(Pending p, View view) {
        p.reading = null;
        p.view = view;
        if (fire(p, view.read())) {
            evaluate(p);
        }
        catchUp(p);
    }

    /** Reads what could not be read before. */
    private void catchUp(Pending p) {
        if (pendings.holds(p)) {
            if (p.dirty) {
                read(p);
            }
            slots.askHinted(p);
        }
    }

    /** Takes steps until the transaction has to wait for something. */
    void evaluate(Pending p) {
        if (p.view == null || p.reading != null) {
            return;
        }
        boolean moved = true;
        while (moved && !p.setAside && p.state() != Coordination.State.COLLECTED) {
            moved = step(p);
        }
    }

    private boolean step(Pending p) {
        if (!p.toldSealed && term.generations().sealed(p.id.generation())) {
            p.toldSealed = true;
            if (p.machine.accepts(Coordination.Event.SEALED)) {
                return fire(p, Coordination.Event.SEALED);
            }
        }
        decisions.answerOperators(p);
        if (p.view.record().isEmpty()) {
            return false;
        }
        return switch (p.state()) {
            case OPEN -> {
                armDeadline(p);
                yield urge(p);
            }
            case VOTING -> {
                armDeadline(p);
                var tally = context.protocol().tally(p.view.closedList(), p.view.slots());
                yield tally.isPresent() ? fire(p, tally.get()) : urge(p);
            }
            case COMMITTED, ABORTED -> settle(p);
            case SETTLED -> term.generations().sealed(p.id.generation()) && fire(p, Coordination.Event.SEALED);
            default -> false;
        };
    }

    /** The timeout or an operator asks for ABORT; only where something forbids COMMIT (rule 2). */
    private boolean urge(Pending p) {
        boolean asked = p.expired || !p.operators.isEmpty();
        if (asked && p.view.slotsAssumed()) {
            // What was never hinted at may still be there (rule 7).
            read(p);
            return false;
        }
        p.view.unreadableSlots()
                .forEach(name -> context.reporter()
                        .steppedOver(
                                Paths.slot(p.id, name),
                                "the vote cannot be read: " + p.id
                                        + " stays undecided unless another slot forbids COMMIT"));
        if (!asked) {
            return false;
        }
        boolean possible = p.view.abortWitness().isPresent();
        if (!p.operators.isEmpty()) {
            if (possible) {
                return fire(p, Coordination.Event.OPERATOR_ABORT);
            }
            decisions.refuseOperators(p, "no slot forbids COMMIT any more: every vote is cast, or cannot be read");
        }
        return p.expired && possible && fire(p, Coordination.Event.EXPIRED);
    }

    private boolean settle(Pending p) {
        decisions.reportHeuristic(p);
        boolean committed = p.state() == Coordination.State.COMMITTED;
        List<String> voteless = p.view.participants().stream()
                .filter(name -> committed && p.view.slot(name).slot().isEmpty())
                .toList();
        if (!voteless.isEmpty()) {
            context.reporter()
                    .steppedOver(Paths.record(p.id), "committed, and no vote can be read of " + voteless + ": kept");
            return false;
        }
        // Without its list nobody knows who has to acknowledge (rule 4).
        if (committed && p.view.participants().isEmpty()) {
            context.reporter().steppedOver(Paths.record(p.id), "committed, and its list is gone: kept");
            return false;
        }
        if (p.view.allAcknowledged()) {
            return fire(p, Coordination.Event.ALL_ACKNOWLEDGED);
        }
        if (p.graceOver && p.machine.accepts(Coordination.Event.GRACE_OVER)) {
            return fire(p, Coordination.Event.GRACE_OVER);
        }
        if (!committed && p.grace == null) {
            p.grace = term.later(context.config().abortGrace(), () -> {
                p.graceOver = true;
                evaluate(p);
            });
        }
        return false;
    }

    private void armDeadline(Pending p) {
        if (p.deadline != null) {
            return;
        }
        Duration timeout = p.view.record().orElseThrow().timeout();
        Duration bounded = timeout.compareTo(LONGEST_TIMEOUT) < 0 ? timeout : LONGEST_TIMEOUT;
        long left = bounded.toNanos() - (context.loop().nanoTime() - p.seenNanos);
        p.deadline = term.later(Duration.ofNanos(Math.max(0, left)), () -> {
            p.expired = true;
            evaluate(p);
        });
    }

    /** Takes one step and carries out its effects; false where the protocol has no such step. */
    boolean fire(Pending p, Coordination.Event event) {
        Coordination.State from = p.state();
        List<Coordination.Effect> effects;
        try {
            effects = p.machine.fire(event);
        } catch (IllegalTransitionException e) {
            // Rule 12: this one waits for the next rescan, which begins afresh; the others go on.
            p.setAside = true;
            context.reporter().steppedOver(Paths.record(p.id), e.getMessage());
            decisions.refuseOperators(p, "the protocol does not know what happened to it: " + e.getMessage());
            return false;
        }
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "{}: epoch {} {}: {} --{}--> {} {}",
                    context.id(),
                    term.epoch(),
                    p.id,
                    from,
                    event,
                    p.state(),
                    effects);
        }
        if (p.decided()) {
            pendings.decided(p);
        }
        for (Coordination.Effect effect : effects) {
            carryOut(p, event, effect);
        }
        if (p.machine.ended()) {
            collected(p);
        }
        term.changed();
        return true;
    }

    private void carryOut(Pending p, Coordination.Event cause, Coordination.Effect effect) {
        switch (effect) {
            case READ -> {
                if (p.failures++ == 0) {
                    read(p);
                } else {
                    readLater(p);
                }
            }
            case WRITE_COMMIT -> decisions.commit(p);
            case WRITE_ABORT -> decisions.abort(p, cause);
            case REFUSE_OPERATION -> decisions.refuseDecided(p);
            case REPORT -> {
                context.reporter().steppedOver(Paths.record(p.id), p.view.problem());
                decisions.refuseOperators(p, "it cannot be read: " + p.view.problem());
            }
            case COLLECT -> term.collector().add(p);
        }
    }

    private void collected(Pending p) {
        decisions.refuseOperators(p, "no transaction of this id is pending: it is finished, or never was");
        forget(p);
        term.generations().ended(p.id);
    }

    /** Its write was answered, and reading is possible again. */
    void written(Pending p, Coordination.Event event) {
        if (fire(p, event)) {
            evaluate(p);
        }
        catchUp(p);
    }

    /** A listing of a generation does not show these: they are gone, or too new for it. */
    void unlisted(long generation, Set<TransactionId> listed) {
        List<Pending> others = new ArrayList<>(pendings.of(generation));
        others.removeIf(p -> listed.contains(p.id));
        others.forEach(this::read);
    }
}
