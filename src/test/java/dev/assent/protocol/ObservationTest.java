package dev.assent.protocol;

import static dev.assent.protocol.SlotViews.OWN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assent.protocol.BranchWork.Event;
import dev.assent.protocol.Observation.Listing;
import dev.assent.protocol.SlotView.Status;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** {@link Observation} against what each event says about record, list and slot: exactly one of them, or none, is true. */
class ObservationTest {
    private record Read(Optional<TransactionRecord> record, Listing listing, SlotView slot) {
        boolean undecided() {
            return record.isPresent() && record.get().verdict().isEmpty();
        }

        boolean says(Decision decision) {
            return record.isPresent() && record.get().decision().equals(Optional.of(decision));
        }

        boolean unvoted() {
            return record.isPresent() && (slot.status() == Status.EMPTY || slot.status() == Status.MISSING);
        }

        boolean own(Vote vote) {
            return record.isPresent()
                    && slot.status() == Status.VOTED
                    && slot.slot().map(Slot::vote).equals(Optional.of(vote))
                    && slot.slot().map(Slot::attempt).equals(Optional.of(OWN));
        }
    }

    /** What the vocabulary of a branch says about each event that is read (rules 3 to 5). */
    private static Map<Event, Predicate<Read>> meanings() {
        Map<Event, Predicate<Read>> meanings = new EnumMap<>(Event.class);
        meanings.put(Event.READ_ABSENT, read -> read.record().isEmpty());
        meanings.put(
                Event.READ_OTHER,
                read -> read.record().isPresent()
                        && read.slot()
                                .slot()
                                .filter(slot -> !slot.attempt().equals(OWN))
                                .isPresent());
        meanings.put(
                Event.READ_ACKNOWLEDGED,
                read -> read.record().isPresent()
                        && read.slot().status() == Status.FINISHED
                        && read.slot().slot().map(Slot::attempt).equals(Optional.of(OWN)));
        meanings.put(Event.READ_OWN_NO, read -> read.own(Vote.NO));
        meanings.put(Event.READ_OWN_READ_ONLY, read -> read.own(Vote.READ_ONLY));
        meanings.put(Event.READ_OWN_DELEGATED, read -> read.own(Vote.DELEGATED));
        meanings.put(Event.READ_OWN_YES, read -> read.undecided() && read.own(Vote.YES));
        meanings.put(Event.READ_COMMIT, read -> read.says(Decision.COMMIT) && read.own(Vote.YES));
        meanings.put(Event.READ_ABORT, read -> read.says(Decision.ABORT) && read.own(Vote.YES));
        meanings.put(Event.READ_ABORT_UNVOTED, read -> read.says(Decision.ABORT) && read.unvoted());
        meanings.put(
                Event.READ_UNLISTED,
                read -> read.unvoted() && read.listing() == Listing.UNLISTED && !read.says(Decision.ABORT));
        meanings.put(Event.READ_EMPTY, read -> read.unvoted() && read.listing() == Listing.LISTED && read.undecided());
        meanings.put(Event.READ_OPEN, read -> read.unvoted() && read.listing() == Listing.OPEN && read.undecided());
        return meanings;
    }

    private static TransactionRecord record(Optional<Decision> decision) {
        return new TransactionRecord(
                List.of("bank"),
                false,
                Duration.ofSeconds(1),
                "app",
                Optional.empty(),
                decision.map(d -> new Verdict(d, 1, "")));
    }

    @Test
    void everyReadingMeansWhatItsEventSays() {
        List<Optional<TransactionRecord>> records = List.of(
                Optional.empty(),
                Optional.of(record(Optional.empty())),
                Optional.of(record(Optional.of(Decision.COMMIT))),
                Optional.of(record(Optional.of(Decision.ABORT))));
        Set<Event> seen = EnumSet.noneOf(Event.class);
        int silent = 0;
        for (Optional<TransactionRecord> record : records) {
            for (Listing listing : Listing.values()) {
                for (SlotView slot : SlotViews.all(OWN, SlotViews.OTHER)) {
                    Read read = new Read(record, listing, slot);
                    List<Event> meant = meanings().entrySet().stream()
                            .filter(meaning -> meaning.getValue().test(read))
                            .map(Map.Entry::getKey)
                            .toList();
                    Optional<Event> observed = Observation.of(OWN, record, listing, slot);
                    assertEquals(meant, observed.stream().toList(), read::toString);
                    observed.ifPresent(seen::add);
                    silent += observed.isEmpty() ? 1 : 0;
                    assertEquals(observed, CommitProtocol.standard().observe(OWN, record, listing, slot));
                }
            }
        }
        assertEquals(meanings().keySet(), seen);
        // Unreadable slots under a record, and COMMIT without the vote of a listed participant: reported, not acted on.
        assertEquals(3 * 3 * 4 + 2 * 2, silent);
    }
}
