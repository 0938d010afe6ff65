package dev.assent.protocol;

import java.util.Optional;

/**
 * A slot as it was read: what is there and at which version. Immutable.
 *
 * @param status how far the slot is
 * @param version the znode's version, -1 where it is missing
 * @param slot its content where it has one that can be read
 */
public record SlotView(Status status, int version, Optional<Slot> slot) {
    /** How far a slot is. */
    public enum Status {
        /** There is no such znode. */
        MISSING,
        /** Version 0: no vote. */
        EMPTY,
        /** Version 1: a vote. */
        VOTED,
        /** Version 2: the vote with its acknowledgement. */
        FINISHED,
        /** Content or version outside the schema: not a NO, reported, and left undecided (rule 2). */
        UNREADABLE
    }

    public static final SlotView MISSING = new SlotView(Status.MISSING, -1, Optional.empty());
    public static final SlotView EMPTY = new SlotView(Status.EMPTY, 0, Optional.empty());

    public static SlotView unreadable(int version) {
        return new SlotView(Status.UNREADABLE, version, Optional.empty());
    }

    public static SlotView of(int version, Slot slot) {
        boolean finished = slot.outcome().isPresent();
        if (version != (finished ? 2 : 1)) {
            return unreadable(version);
        }
        return new SlotView(finished ? Status.FINISHED : Status.VOTED, version, Optional.of(slot));
    }

    public boolean votes(Vote vote) {
        return slot.isPresent() && slot.get().vote() == vote;
    }
}
