package dev.assent.protocol;

import java.util.Optional;

/**
 * A participant's vote and, once the branch ended, its acknowledgement. Immutable.
 *
 * @param vote the vote; never changes once written
 * @param instance the instance that voted
 * @param attempt the attempt that holds the branch: the vote says which branch counts (rule 3)
 * @param resource the identity of the resource that holds it: only an instance on the same one finishes it (rule 4)
 * @param reason why, for a NO; else empty
 * @param outcome the acknowledgement or heuristic outcome, from version 2 on
 * @param detail the evidence of a heuristic outcome, in words for people; else empty
 */
public record Slot(
        Vote vote,
        String instance,
        String attempt,
        String resource,
        String reason,
        Optional<BranchOutcome> outcome,
        String detail) {

    public static Slot vote(Vote vote, String instance, String attempt, String resource, String reason) {
        return new Slot(vote, instance, attempt, resource, reason, Optional.empty(), "");
    }

    /** This vote with its acknowledgement. */
    public Slot acknowledged(BranchOutcome result, String evidence) {
        if (outcome.isPresent()) {
            throw new IllegalStateException("slot of attempt " + attempt + " is acknowledged already: " + outcome);
        }
        return new Slot(vote, instance, attempt, resource, reason, Optional.of(result), evidence);
    }
}
