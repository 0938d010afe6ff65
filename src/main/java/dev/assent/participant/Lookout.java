package dev.assent.participant;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchWork.Effect;
import dev.assent.protocol.BranchWork.Event;
import dev.assent.protocol.BranchWork.State;
import dev.assent.protocol.Decision;
import dev.assent.protocol.Machine;
import dev.assent.protocol.Slot;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Verdict;
import dev.assent.store.Backoff;
import dev.assent.store.Loop;
import dev.assent.store.Session;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What the tree is known to say of one branch, and when that is read again: at a hint, by the watch, or after a pause. One
 * read is on its way at a time. Lives on the loop.
 */
final class Lookout {
    /** States that wait for somebody else: the record is watched. */
    private static final Set<State> WAITING = EnumSet.of(State.ENLISTED, State.RECOVERED, State.IN_DOUBT);

    /** Who takes the branch through its steps. */
    interface Owner {
        /** Whether a read may begin: the branch is not over, and nothing is under way that leads to a read anyway. */
        boolean idle();

        /** What was read amounts to {@code event}, which the machine accepts. */
        void seen(Event event);
    }

    private final Instance at;
    private final BranchId branch;
    private final Machine<State, Event, Effect> machine;
    private final BranchReader reader;
    private final Backoff pauses;
    private final Owner owner;

    // What an earlier turn reads is stale.
    private long turn;
    private boolean reading;
    private boolean readBefore;
    private boolean readAgain;
    private Loop.Timer nextRead;

    private Optional<Slot> vote = Optional.empty();
    private Optional<Verdict> verdict = Optional.empty();

    /** @param pauses grow with each look in vain; the owner starts them anew */
    Lookout(
            Instance at,
            BranchId branch,
            Machine<State, Event, Effect> machine,
            BranchReader reader,
            Backoff pauses,
            Owner owner) {
        this.at = at;
        this.branch = branch;
        this.machine = machine;
        this.reader = reader;
        this.pauses = pauses;
        this.owner = owner;
        reader.whenChanged(this::changed);
    }

    /** The branch's slot, as it was read or written last. */
    Optional<Slot> vote() {
        return vote;
    }

    /** The slot is this now. */
    void wrote(Slot slot) {
        vote = Optional.of(slot);
    }

    Optional<Decision> decision() {
        return verdict.map(Verdict::decision);
    }

    /** The epoch of the verdict; 0 while there is none. */
    long epoch() {
        return verdict.map(Verdict::epoch).orElse(0L);
    }

    /** The machine takes a step: what is being read, or was to be read later, says nothing any more. */
    void stop() {
        turn++;
        reading = false;
        cancelPause();
    }

    /** The first read in a state need not wait. */
    void stateChanged() {
        readBefore = false;
    }

    /** Nothing is read any more. */
    void close() {
        cancelPause();
        reader.release();
    }

    /** Reads at once, and after a pause if that was done in this state before. */
    void readBack() {
        if (readBefore) {
            lookLater();
        } else {
            readBefore = true;
            look();
        }
    }

    /** What was read with the watch that is there still stands: nothing is read until it says otherwise. */
    void awaitDecision() {
        if (!reader.watched()) {
            look();
        }
    }

    /** Something may have changed: reads, unless an answer is awaited that will lead to a read anyway. */
    void hint() {
        if (reading) {
            readAgain = true;
        } else if (waits()) {
            cancelPause();
            look();
        }
    }

    /** The periodic look (rule 7); leaves a pause that is under way alone. */
    void reconsider() {
        if (waits() && nextRead == null) {
            look();
        }
    }

    private boolean waits() {
        return !reading && owner.idle() && machine.accepts(Event.READ_ABSENT);
    }

    /** The record changed, or may have. A decision changes it once: it is read without a watch, which nobody would use up. */
    private void changed() {
        Optional<SlotView> known = vote.filter(slot -> slot.attempt().equals(branch.attempt()))
                .filter(slot -> machine.state() == State.IN_DOUBT && waits())
                .map(slot -> SlotView.of(1, slot));
        if (known.isPresent()) {
            cancelPause();
            look(session -> reader.readDecision(session, known.get()));
        } else {
            hint();
        }
    }

    /** Reads record, list and slot, now or as soon as there is a session. */
    private void look() {
        look(session -> reader.read(session, WAITING.contains(machine.state())));
    }

    private void look(Function<Session, CompletableFuture<Sighting>> how) {
        Optional<Session> session = at.session();
        if (session.isEmpty() || at.closing()) {
            return;
        }
        reading = true;
        readAgain = false;
        long mine = turn;
        at.when(how.apply(session.get()), (seen, failure) -> {
            if (mine != turn) {
                return;
            }
            reading = false;
            if (failure != null) {
                at.readFailed(branch.toString(), failure);
                lookLater();
            } else {
                seen(seen);
            }
        });
    }

    private void lookLater() {
        nextRead = at.loop.schedule(pauses.next(), () -> {
            nextRead = null;
            look();
        });
    }

    private void seen(Sighting seen) {
        verdict = seen.record().flatMap(TransactionRecord::verdict).or(() -> verdict);
        Optional<Event> event = seen.about(at.protocol, branch.attempt());
        if (seen.onAnotherResource(branch, at.identity)) {
            at.report(
                    branch.toString(),
                    "its vote was given on resource '"
                            + seen.slot().slot().map(Slot::resource).orElse("") + "', this instance has '" + at.identity
                            + "': left alone");
            lookLater();
        } else if (event.isEmpty()) {
            at.report(branch.toString(), "left alone: " + seen.trouble());
            lookLater();
        } else if (!machine.accepts(event.get())) {
            at.report(branch.toString(), event.get() + " says nothing in " + machine);
            lookLater();
        } else {
            seen.slot()
                    .slot()
                    .filter(slot -> slot.attempt().equals(branch.attempt()))
                    .ifPresent(this::wrote);
            owner.seen(event.get());
            if (readAgain) {
                hint();
            } else if (machine.state() == State.IN_DOUBT && waits()) {
                awaitDecision();
            }
        }
    }

    private void cancelPause() {
        if (nextRead != null) {
            nextRead.cancel();
            nextRead = null;
        }
    }
}
