package dev.assent.coordinator;

import dev.assent.protocol.TransactionId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The transactions that a leader looks after, by id and by generation, in the order of first sight. Lives on the loop. */
final class Pendings {
    private final Map<TransactionId, Pending> all = new LinkedHashMap<>();
    private final Map<Long, Map<TransactionId, Pending>> byGeneration = new LinkedHashMap<>();
    private final Map<TransactionId, Pending> undecided = new LinkedHashMap<>();

    int size() {
        return all.size();
    }

    int undecided() {
        return undecided.size();
    }

    /** When the oldest undecided one was first seen, or {@code otherwise}. */
    long oldestUndecidedNanos(long otherwise) {
        return undecided.isEmpty() ? otherwise : undecided.values().iterator().next().seenNanos;
    }

    /** Null where there is none. */
    Pending get(TransactionId id) {
        return all.get(id);
    }

    boolean holds(Pending p) {
        return all.get(p.id) == p;
    }

    boolean hasAnyOf(long generation) {
        return byGeneration.containsKey(generation);
    }

    List<Pending> of(long generation) {
        return List.copyOf(byGeneration.getOrDefault(generation, Map.of()).values());
    }

    void add(Pending p) {
        all.put(p.id, p);
        undecided.put(p.id, p);
        byGeneration
                .computeIfAbsent(p.id.generation(), g -> new LinkedHashMap<>())
                .put(p.id, p);
    }

    void decided(Pending p) {
        undecided.remove(p.id, p);
    }

    void remove(Pending p) {
        all.remove(p.id, p);
        undecided.remove(p.id, p);
        byGeneration.computeIfPresent(p.id.generation(), (g, of) -> {
            of.remove(p.id, p);
            return of.isEmpty() ? null : of;
        });
    }
}
