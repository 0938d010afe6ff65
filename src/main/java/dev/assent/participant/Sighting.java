package dev.assent.participant;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchWork;
import dev.assent.protocol.CommitProtocol;
import dev.assent.protocol.Observation;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Node;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Record, list and slot of one participant in one transaction, as they were read one after the other on one session.
 * Immutable.
 *
 * @param record the record, nothing where there is none
 * @param listing whether the list names the participant
 * @param listed how many participants the closed list has, 0 while it is open
 * @param slot the participant's slot
 * @param fault what cannot be read, in words; then nothing may be concluded (rule 12)
 * @param distrust why no new work may be done under this record, in words: somebody else could write it (rule 12)
 */
record Sighting(
        Optional<TransactionRecord> record,
        Observation.Listing listing,
        int listed,
        SlotView slot,
        Optional<String> fault,
        Optional<String> distrust) {

    /** No record. */
    static final Sighting ABSENT = new Sighting(
            Optional.empty(), Observation.Listing.UNLISTED, 0, SlotView.MISSING, Optional.empty(), Optional.empty());

    /**
     * Reads them, in the order in which they are written: what follows is never older than what was concluded before.
     *
     * @param changed called when the record changes, and when the list of an open one is created; empty for no watch
     */
    static CompletableFuture<Sighting> take(
            Session session, TransactionId id, String participant, Optional<Runnable> changed) {
        CompletableFuture<Optional<Node>> record = read(session, Paths.record(id), changed);
        return record.thenCombine(session.read(Paths.slot(id, participant)), Both::new)
                .thenCompose(both -> completed(session, id, participant, changed, both))
                .exceptionally(Sighting::unreadable);
    }

    /** Reads the record alone, beside a slot that is known. */
    static CompletableFuture<Sighting> ofDecision(Session session, TransactionId id, SlotView known) {
        return session.read(Paths.record(id))
                .thenApply(read -> {
                    if (read.isEmpty()) {
                        return ABSENT;
                    }
                    try {
                        TransactionRecord record = Records.record(read.get().data());
                        return new Sighting(
                                Optional.of(record),
                                Observation.Listing.LISTED,
                                0,
                                known,
                                Optional.empty(),
                                distrust("record", read));
                    } catch (MalformedRecordException e) {
                        return faulty(e.getMessage());
                    }
                })
                .exceptionally(Sighting::unreadable);
    }

    /** What may not be read is a fault of this transaction alone; an interruption is none (rule 12). */
    private static Sighting unreadable(Throwable failure) {
        if (!Instance.refused(failure)) {
            throw new CompletionException(Instance.cause(failure));
        }
        return faulty("cannot be read: " + Instance.cause(failure).getMessage());
    }

    private record Both(Optional<Node> record, Optional<Node> slot) {}

    private static CompletableFuture<Sighting> completed(
            Session session, TransactionId id, String participant, Optional<Runnable> changed, Both both) {
        if (both.record().isEmpty()) {
            return CompletableFuture.completedFuture(ABSENT);
        }
        Node node = both.record().get();
        TransactionRecord decoded;
        try {
            decoded = Records.record(node.data());
        } catch (MalformedRecordException e) {
            return CompletableFuture.completedFuture(faulty(e.getMessage()));
        }
        return decoded.enlisted()
                ? takeEnlisted(session, id, participant, changed, node, decoded)
                : CompletableFuture.completedFuture(
                        of(node, decoded, Optional.of(decoded.participants()), both.slot(), participant));
    }

    private static CompletableFuture<Sighting> takeEnlisted(
            Session session,
            TransactionId id,
            String participant,
            Optional<Runnable> changed,
            Node node,
            TransactionRecord decoded) {
        CompletableFuture<Optional<Node>> list = read(session, Paths.list(id), changed);
        return list.thenCombine(session.read(Paths.slot(id, participant)), (listNode, slotNode) -> {
            try {
                Optional<List<String>> closed = listNode.map(found -> Records.list(found.data()));
                return of(node, decoded, closed, slotNode, participant);
            } catch (MalformedRecordException e) {
                return faulty(e.getMessage());
            }
        });
    }

    private static CompletableFuture<Optional<Node>> read(Session session, String path, Optional<Runnable> changed) {
        return changed.isPresent() ? session.readAndWatch(path, changed.get()) : session.read(path);
    }

    private static Sighting of(
            Node node,
            TransactionRecord record,
            Optional<List<String>> closed,
            Optional<Node> slotNode,
            String participant) {
        Observation.Listing listing = closed.isEmpty()
                ? Observation.Listing.OPEN
                : closed.get().contains(participant) ? Observation.Listing.LISTED : Observation.Listing.UNLISTED;
        Optional<String> distrust = distrust("record", Optional.of(node)).or(() -> distrust("slot", slotNode));
        int size = closed.map(List::size).orElse(0);
        return new Sighting(Optional.of(record), listing, size, Records.slot(slotNode), Optional.empty(), distrust);
    }

    private static Sighting faulty(String fault) {
        return new Sighting(
                Optional.empty(),
                Observation.Listing.UNLISTED,
                0,
                SlotView.MISSING,
                Optional.of(fault),
                Optional.empty());
    }

    private static Optional<String> distrust(String what, Optional<Node> node) {
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (node.get().ephemeral()) {
            return Optional.of(what + " is ephemeral");
        }
        return node.get().aclVersion() == 0 ? Optional.empty() : Optional.of(what + " had its ACL changed");
    }

    /** What this says about {@code attempt}'s branch, or nothing where it cannot be read. */
    Optional<BranchWork.Event> about(CommitProtocol protocol, String attempt) {
        return fault.isPresent() ? Optional.empty() : protocol.observe(attempt, record, listing, slot);
    }

    /** Whether the slot holds a vote of {@code branch}'s attempt given on another resource (rule 4). */
    boolean onAnotherResource(BranchId branch, String identity) {
        return slot.slot()
                .filter(vote -> vote.attempt().equals(branch.attempt())
                        && !vote.resource().equals(identity))
                .isPresent();
    }

    /** What cannot be read, for a report. */
    String trouble() {
        return fault.orElseGet(
                () -> "record, list and slot contradict each other: " + record + ", " + listing + ", " + slot);
    }
}
