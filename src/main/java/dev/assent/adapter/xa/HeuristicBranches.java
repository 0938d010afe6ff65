package dev.assent.adapter.xa;

import dev.assent.protocol.BranchId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Branches that a resource ended otherwise than decided and still remembers. It may forget them once the outcome is
 * recorded, which follows for a commit from the collection of the record; a rollback's outcome may be recorded a little
 * after its generation is gone, so one more generation has to go first. A restart loses nothing: the resource still lists
 * the branch and tells it again. Thread-safe.
 */
final class HeuristicBranches {
    private static final long NOT_YET = -1;

    /** With the bound under which the branch was first seen to be gone. */
    private final Map<BranchId, Long> told = new ConcurrentHashMap<>();

    void told(BranchId branch) {
        told.putIfAbsent(branch, NOT_YET);
    }

    /** Those that may be forgotten. */
    List<BranchId> recorded(UUID installation, long generation) {
        List<BranchId> recorded = told.entrySet().stream()
                .filter(each -> each.getKey().installation().equals(installation)
                        && each.getValue() != NOT_YET
                        && each.getValue() < generation)
                .map(Map.Entry::getKey)
                .toList();
        told.replaceAll((branch, bound) -> bound == NOT_YET
                        && branch.installation().equals(installation)
                        && branch.transaction().generation() < generation
                ? Long.valueOf(generation)
                : bound);
        return recorded;
    }

    void forgotten(BranchId branch) {
        told.remove(branch);
    }
}
