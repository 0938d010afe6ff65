package dev.assent.protocol;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a leader may conclude from the slots (rule 2). Pure. */
public final class Tally {
    /** What makes COMMIT impossible, and is checked in the multi that writes an ABORT (rule 2). */
    public record Witness(Kind kind, String participant, int version) {
        /** How the ABORT's multi makes sure of it. */
        public enum Kind {
            /** The list is open: create it empty. */
            CREATE_EMPTY_LIST,
            /** The list is closed and empty: check it. */
            CHECK_EMPTY_LIST,
            /** A slot at version 0, holding NO, or DELEGATED and fenced: check it at its version. */
            CHECK_SLOT,
            /** A listed slot is missing: create it. */
            CREATE_SLOT
        }
    }

    private Tally() {}

    /** What the listed slots say, or nothing while votes are missing or cannot be read. */
    static Optional<Coordination.Event> of(Optional<List<String>> closedList, Map<String, SlotView> slots) {
        if (closedList.isEmpty()) {
            return Optional.empty();
        }
        List<String> list = closedList.get();
        if (list.isEmpty()) {
            return Optional.of(Coordination.Event.LIST_EMPTY);
        }
        List<SlotView> listed = list.stream()
                .map(name -> slots.getOrDefault(name, SlotView.MISSING))
                .toList();
        if (listed.stream().anyMatch(slot -> slot.votes(Vote.NO))) {
            return Optional.of(Coordination.Event.VOTED_NO);
        }
        if (listed.size() == 1 && listed.get(0).votes(Vote.DELEGATED)) {
            return delegated(listed.get(0));
        }
        return allPrepared(listed) ? Optional.of(Coordination.Event.ALL_PREPARED) : Optional.empty();
    }

    /** Whether every one of these slots holds YES or READ_ONLY at version 1. */
    public static boolean allPrepared(Collection<SlotView> listed) {
        return listed.stream()
                .allMatch(slot ->
                        slot.status() == SlotView.Status.VOTED && (slot.votes(Vote.YES) || slot.votes(Vote.READ_ONLY)));
    }

    private static Optional<Coordination.Event> delegated(SlotView slot) {
        if (slot.status() != SlotView.Status.FINISHED) {
            return Optional.empty();
        }
        return slot.slot().flatMap(Slot::outcome).flatMap(outcome -> switch (outcome) {
            case COMMITTED -> Optional.of(Coordination.Event.DELEGATE_COMMITTED);
            case ABORTED -> Optional.of(Coordination.Event.DELEGATE_ABORTED);
            default -> Optional.empty();
        });
    }

    /** What an ABORT would have to check, or nothing where no ABORT may be written. */
    public static Optional<Witness> abortWitness(
            boolean enlisted, Optional<List<String>> closedList, Map<String, SlotView> slots) {
        if (closedList.isEmpty()) {
            return enlisted ? Optional.of(new Witness(Witness.Kind.CREATE_EMPTY_LIST, "", -1)) : Optional.empty();
        }
        if (closedList.get().isEmpty()) {
            return Optional.of(new Witness(Witness.Kind.CHECK_EMPTY_LIST, "", 0));
        }
        List<Witness> witnesses = closedList.get().stream()
                .flatMap(name -> witness(name, slots.getOrDefault(name, SlotView.MISSING)).stream())
                .toList();
        // A NO stays; a slot without a vote may still get one before the multi arrives.
        return witnesses.stream()
                .filter(witness -> witness.version() > 0)
                .findFirst()
                .or(() -> witnesses.stream().findFirst());
    }

    private static Optional<Witness> witness(String name, SlotView slot) {
        boolean fenced = slot.votes(Vote.DELEGATED)
                && slot.slot()
                        .flatMap(Slot::outcome)
                        .filter(o -> o == BranchOutcome.ABORTED)
                        .isPresent();
        if (slot.status() == SlotView.Status.EMPTY || slot.votes(Vote.NO) || fenced) {
            return Optional.of(new Witness(Witness.Kind.CHECK_SLOT, name, slot.version()));
        }
        return slot.status() == SlotView.Status.MISSING
                ? Optional.of(new Witness(Witness.Kind.CREATE_SLOT, name, -1))
                : Optional.empty();
    }

    /** Whether nobody is owed a second phase any more: every YES is acknowledged (rule 4). */
    public static boolean allAcknowledged(Collection<SlotView> slots) {
        return slots.stream()
                .noneMatch(slot -> slot.status() == SlotView.Status.UNREADABLE
                        || (slot.status() == SlotView.Status.VOTED
                                && (slot.votes(Vote.YES) || slot.votes(Vote.DELEGATED))));
    }
}
