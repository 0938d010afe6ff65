package dev.assent.protocol;

import static dev.assent.protocol.SlotViews.outcome;
import static dev.assent.protocol.SlotViews.vote;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.Coordination.Event;
import dev.assent.protocol.SlotView.Status;
import dev.assent.protocol.Tally.Witness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** {@link Tally} against rule 2 as the design page words it, for every content of up to three slots. */
class TallyTest {
    private static final List<SlotView> VIEWS = SlotViews.all(SlotViews.OWN);
    private static final List<String> NAMES = List.of("bank", "orders", "stock");

    private static void everyTransaction(BiConsumer<List<String>, Map<String, SlotView>> check) {
        check.accept(List.of(), Map.of());
        for (int size = 1; size <= NAMES.size(); size++) {
            List<String> list = NAMES.subList(0, size);
            int combinations = (int) Math.pow(VIEWS.size(), size);
            for (int combination = 0; combination < combinations; combination++) {
                Map<String, SlotView> slots = new LinkedHashMap<>();
                int rest = combination;
                for (String name : list) {
                    SlotView view = VIEWS.get(rest % VIEWS.size());
                    rest /= VIEWS.size();
                    // A slot that was not found and one that was not looked for are the same.
                    if (view.status() != Status.MISSING || combination % 2 == 0) {
                        slots.put(name, view);
                    }
                }
                check.accept(list, slots);
            }
        }
    }

    private static SlotView slot(Map<String, SlotView> slots, String name) {
        return slots.getOrDefault(name, SlotView.MISSING);
    }

    /** "COMMIT only when the list is closed and not empty and each listed slot exists with YES or READ_ONLY at version 1." */
    private static boolean mayCommit(List<String> list, Map<String, SlotView> slots) {
        boolean may = !list.isEmpty();
        for (String name : list) {
            SlotView slot = slot(slots, name);
            boolean yes = slot.slot().isPresent()
                    && slot.version() == 1
                    && (slot.slot().get().vote() == Vote.YES
                            || slot.slot().get().vote() == Vote.READ_ONLY);
            may = may && yes;
        }
        return may;
    }

    /** "The leader decides exactly that, checking the slot at 2: the one exception to rules 2 and 4." */
    private static Optional<BranchOutcome> delegate(List<String> list, Map<String, SlotView> slots) {
        if (list.size() != 1) {
            return Optional.empty();
        }
        SlotView slot = slot(slots, list.get(0));
        return slot.version() == 2 && vote(slot).equals(Optional.of(Vote.DELEGATED)) ? outcome(slot) : Optional.empty();
    }

    /** "Every ABORT checks a slot that is at version 0 or holds NO", a listed but missing one, or a fenced delegate's. */
    private static boolean forbidsCommit(SlotView slot) {
        return slot.status() == Status.MISSING
                || slot.status() == Status.EMPTY
                || vote(slot).equals(Optional.of(Vote.NO))
                || (vote(slot).equals(Optional.of(Vote.DELEGATED))
                        && outcome(slot).equals(Optional.of(BranchOutcome.ABORTED)));
    }

    @Test
    void eventsAreThoseOfRule2() {
        List<Event> seen = new ArrayList<>();
        everyTransaction((list, slots) -> {
            Optional<Event> event = Tally.of(Optional.of(list), slots);
            boolean no = list.stream().anyMatch(name -> slot(slots, name).votes(Vote.NO));
            Optional<BranchOutcome> delegate = delegate(list, slots);
            Event expected = list.isEmpty()
                    ? Event.LIST_EMPTY
                    : no
                            ? Event.VOTED_NO
                            : mayCommit(list, slots)
                                    ? Event.ALL_PREPARED
                                    : delegate.equals(Optional.of(BranchOutcome.COMMITTED))
                                            ? Event.DELEGATE_COMMITTED
                                            : delegate.equals(Optional.of(BranchOutcome.ABORTED))
                                                    ? Event.DELEGATE_ABORTED
                                                    : null;
            assertEquals(Optional.ofNullable(expected), event, () -> list + " " + slots);
            event.ifPresent(seen::add);
            assertEquals(Optional.empty(), Tally.of(Optional.empty(), slots));
        });
        assertTrue(seen.size() > 1_000, () -> "only " + seen.size() + " conclusions");
    }

    @Test
    void anAbortHasAWitnessThatForbidsCommit() {
        everyTransaction((list, slots) -> {
            Optional<Witness> witness = Tally.abortWitness(false, Optional.of(list), slots);
            boolean possible = list.isEmpty() || list.stream().anyMatch(name -> forbidsCommit(slot(slots, name)));
            assertEquals(possible, witness.isPresent(), () -> list + " " + slots);
            boolean committed = Tally.of(Optional.of(list), slots)
                    .filter(event -> event == Event.ALL_PREPARED || event == Event.DELEGATE_COMMITTED)
                    .isPresent();
            assertFalse(committed && witness.isPresent(), () -> "both decisions are possible: " + list + " " + slots);
            witness.ifPresent(found -> verify(found, list, slots));
            // An ABORT that the votes call for can always be written.
            boolean called = Tally.of(Optional.of(list), slots)
                    .filter(event ->
                            event == Event.VOTED_NO || event == Event.LIST_EMPTY || event == Event.DELEGATE_ABORTED)
                    .isPresent();
            assertTrue(!called || witness.isPresent(), () -> list + " " + slots);
        });
    }

    private static void verify(Witness witness, List<String> list, Map<String, SlotView> slots) {
        switch (witness.kind()) {
            case CHECK_EMPTY_LIST -> assertTrue(list.isEmpty() && witness.version() == 0);
            case CREATE_SLOT ->
                assertEquals(Status.MISSING, slot(slots, witness.participant()).status());
            case CHECK_SLOT -> {
                SlotView slot = slot(slots, witness.participant());
                assertTrue(forbidsCommit(slot) && slot.status() != Status.MISSING);
                assertEquals(slot.version(), witness.version());
            }
            case CREATE_EMPTY_LIST -> throw new AssertionError("the list is closed");
        }
        assertTrue(list.isEmpty() || list.contains(witness.participant()));
    }

    @Test
    void anOpenRecordIsAbortedByCreatingTheList() {
        assertEquals(
                Optional.of(Witness.Kind.CREATE_EMPTY_LIST),
                Tally.abortWitness(true, Optional.empty(), Map.of()).map(Witness::kind));
        assertEquals(Optional.empty(), Tally.abortWitness(false, Optional.empty(), Map.of()));
    }

    /** "A COMMIT record is collected only after every YES voter acknowledged"; what cannot be read may be one. */
    @Test
    void settledWhenNobodyIsOwedAnything() {
        everyTransaction((list, slots) -> {
            boolean owed = slots.values().stream()
                    .anyMatch(slot -> slot.status() == Status.UNREADABLE
                            || (slot.version() == 1
                                    && (vote(slot).equals(Optional.of(Vote.YES))
                                            || vote(slot).equals(Optional.of(Vote.DELEGATED)))));
            assertEquals(!owed, Tally.allAcknowledged(slots.values()), () -> slots.toString());
        });
    }

    @Test
    void aVersionThatDoesNotFitTheContentIsUnreadable() {
        Slot vote = Slot.vote(Vote.YES, "i-1", SlotViews.OWN, "memory:1", "");
        Slot finished = vote.acknowledged(BranchOutcome.COMMITTED, "");
        for (int version = 0; version <= 4; version++) {
            assertEquals(
                    version == 1 ? Status.VOTED : Status.UNREADABLE,
                    SlotView.of(version, vote).status());
            assertEquals(
                    version == 2 ? Status.FINISHED : Status.UNREADABLE,
                    SlotView.of(version, finished).status());
        }
    }
}
