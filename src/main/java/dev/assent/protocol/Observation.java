package dev.assent.protocol;

import dev.assent.protocol.BranchWork.Event;
import java.util.Optional;

/** What record, list and slot say about the branch of one attempt (rules 3 to 5). Pure. */
public final class Observation {
    /** How the participant's list stands. */
    public enum Listing {
        /** Enlisted work, no list yet. */
        OPEN,
        /** The closed list names this participant. */
        LISTED,
        /** The closed list does not name this participant. */
        UNLISTED
    }

    private Observation() {}

    /** The event to fire, or nothing where what was read is outside the schema and only to be reported (rule 12). */
    static Optional<Event> of(String attempt, Optional<TransactionRecord> record, Listing listing, SlotView view) {
        if (record.isEmpty()) {
            return Optional.of(Event.READ_ABSENT);
        }
        Optional<Decision> decision = record.get().decision();
        if (view.status() == SlotView.Status.UNREADABLE) {
            return Optional.empty();
        }
        if (view.slot().isEmpty()) {
            return unvoted(decision, listing);
        }
        Slot slot = view.slot().get();
        if (!slot.attempt().equals(attempt)) {
            return Optional.of(Event.READ_OTHER);
        }
        if (view.status() == SlotView.Status.FINISHED) {
            return Optional.of(Event.READ_ACKNOWLEDGED);
        }
        return switch (slot.vote()) {
            case NO -> Optional.of(Event.READ_OWN_NO);
            case READ_ONLY -> Optional.of(Event.READ_OWN_READ_ONLY);
            case DELEGATED -> Optional.of(Event.READ_OWN_DELEGATED);
            case YES ->
                Optional.of(
                        decision.isEmpty()
                                ? Event.READ_OWN_YES
                                : decision.get() == Decision.COMMIT ? Event.READ_COMMIT : Event.READ_ABORT);
        };
    }

    private static Optional<Event> unvoted(Optional<Decision> decision, Listing listing) {
        if (decision.isPresent()) {
            if (decision.get() == Decision.ABORT) {
                return Optional.of(Event.READ_ABORT_UNVOTED);
            }
            // A COMMIT without a listed participant's vote cannot be (rule 2): reported, and nothing is touched.
            return listing == Listing.UNLISTED ? Optional.of(Event.READ_UNLISTED) : Optional.empty();
        }
        return Optional.of(
                switch (listing) {
                    case OPEN -> Event.READ_OPEN;
                    case LISTED -> Event.READ_EMPTY;
                    case UNLISTED -> Event.READ_UNLISTED;
                });
    }
}
