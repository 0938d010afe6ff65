package dev.assent.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every slot that can be read: missing, empty, unreadable, and each vote with each outcome, of one attempt or another. */
final class SlotViews {
    static final String OWN = "00000000000000aa";
    static final String OTHER = "00000000000000bb";

    private SlotViews() {}

    static List<SlotView> all(String... attempts) {
        List<SlotView> views = new ArrayList<>(List.of(SlotView.MISSING, SlotView.EMPTY));
        for (int version = 0; version <= 3; version++) {
            views.add(SlotView.unreadable(version));
        }
        for (String attempt : attempts) {
            for (Vote vote : Vote.values()) {
                Slot slot = Slot.vote(vote, "i-1", attempt, "memory:1", "");
                views.add(SlotView.of(1, slot));
                for (BranchOutcome outcome : BranchOutcome.values()) {
                    views.add(SlotView.of(2, slot.acknowledged(outcome, "")));
                }
            }
        }
        return views;
    }

    static Optional<Vote> vote(SlotView view) {
        return view.slot().map(Slot::vote);
    }

    static Optional<BranchOutcome> outcome(SlotView view) {
        return view.slot().flatMap(Slot::outcome);
    }
}
