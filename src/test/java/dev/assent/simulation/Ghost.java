package dev.assent.simulation;

import dev.assent.protocol.Decision;
import dev.assent.protocol.Slot;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Vote;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Everything that the tree ever said about one transaction, also when it says nothing any more. */
final class Ghost {
    final TransactionId id;
    final TransactionRecord begun;
    final long begunAt;
    /** The last content and version of each slot. */
    final Map<String, Optional<Slot>> slots = new LinkedHashMap<>();

    final Map<String, Integer> versions = new LinkedHashMap<>();
    /** Of enlisted work: which attempt each inbox entry named. */
    final Map<String, String> holders = new LinkedHashMap<>();
    /** Which sessions wrote the votes. */
    final Map<String, Long> voters = new LinkedHashMap<>();
    /** Attempts that prepared, by participant. */
    final Map<String, Set<String>> prepared = new LinkedHashMap<>();

    Optional<List<String>> list;
    Optional<Decision> decision = Optional.empty();
    long decidedAt = Long.MAX_VALUE;
    boolean answeredCommitted;
    boolean answeredAborted;
    boolean collected;
    long collectedAt = Long.MAX_VALUE;
    /** Somebody tampered with it: no expectation but that it harms no other. */
    boolean garbage;

    Ghost(TransactionId id, TransactionRecord begun, long begunAt) {
        this.id = id;
        this.begun = begun;
        this.begunAt = begunAt;
        this.list = begun.enlisted() ? Optional.empty() : Optional.of(begun.participants());
    }

    Optional<Slot> slot(String participant) {
        return slots.getOrDefault(participant, Optional.empty());
    }

    int version(String participant) {
        return versions.getOrDefault(participant, -1);
    }

    boolean votes(String participant, Vote vote) {
        return slot(participant).filter(slot -> slot.vote() == vote).isPresent();
    }

    /** Whether the slot says that this attempt's branch counts. */
    boolean counts(String participant, String attempt, Vote vote) {
        return slot(participant)
                .filter(slot -> slot.vote() == vote && slot.attempt().equals(attempt))
                .isPresent();
    }

    boolean decided(Decision which) {
        return decision.filter(d -> d == which).isPresent();
    }

    /** Rule 2: the list is closed and not empty, and each listed slot holds YES or READ_ONLY at version 1. */
    boolean allPrepared() {
        return list.isPresent()
                && !list.get().isEmpty()
                && list.get().stream()
                        .allMatch(name -> version(name) == 1 && (votes(name, Vote.YES) || votes(name, Vote.READ_ONLY)));
    }

    /** Whether a listed slot holds NO: no COMMIT is possible any more (rule 2). */
    boolean refused() {
        return list.isPresent() && list.get().stream().anyMatch(name -> votes(name, Vote.NO));
    }

    /** Whether something makes COMMIT impossible (rule 2). */
    boolean abortable() {
        if (list.isEmpty() || list.get().isEmpty()) {
            return true;
        }
        return list.get().stream().anyMatch(name -> version(name) <= 0 || votes(name, Vote.NO));
    }

    void prepared(String participant, String attempt) {
        prepared.computeIfAbsent(participant, p -> new LinkedHashSet<>()).add(attempt);
    }
}
