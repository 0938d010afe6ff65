package dev.assent.coordinator;

import dev.assent.protocol.SlotView;
import dev.assent.protocol.Vote;
import dev.assent.store.Node;
import dev.assent.store.Paths;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads single slots of transactions whose record is known, when a hint says that they changed: one reading of a slot at a
 * time, and none of a slot that nothing further is expected of. Lives on the loop.
 */
final class SlotReader {
    /** Nobody waits for what an acknowledgement leads to: those that come within this time are read together. */
    private static final Duration PATIENCE = Duration.ofMillis(50);

    private record Late(Pending pending, String participant) {}

    private final Term term;
    private final TransactionBook book;
    private final Set<Late> late = new LinkedHashSet<>();

    SlotReader(Term term, TransactionBook book) {
        this.term = term;
        this.book = book;
    }

    /** The slot changed, or may have. */
    void hinted(Pending p, String participant) {
        hinted(p, participant, true);
    }

    private void hinted(Pending p, String participant, boolean mayWait) {
        if (p.reading != null) {
            if (p.reading.slotsAsked()) {
                p.dirty = true;
            } else if (!p.reading.whole()) {
                p.hinted.add(participant);
            }
        } else if (p.view == null || !p.view.slots().containsKey(participant)) {
            book.read(p);
        } else if (p.writing()) {
            // What is on its way decides whether that matters.
            p.hinted.add(participant);
        } else if (mayMatter(p, p.view.slot(participant))) {
            if (mayWait
                    && p.decided()
                    && term.session().shown(Paths.slot(p.id, participant)).isEmpty()) {
                askLater(new Late(p, participant));
            } else {
                ask(p, participant);
            }
        }
    }

    private void askLater(Late slot) {
        if (late.isEmpty()) {
            term.later(PATIENCE, () -> {
                List<Late> due = List.copyOf(late);
                late.clear();
                due.stream()
                        .filter(each -> book.pendings().holds(each.pending()))
                        .forEach(each -> hinted(each.pending(), each.participant(), false));
            });
        }
        late.add(slot);
    }

    /** Asks for what was hinted at while it could not be asked for. */
    void askHinted(Pending p) {
        if (!p.hinted.isEmpty()) {
            List<String> hinted = List.copyOf(p.hinted);
            p.hinted.clear();
            hinted.forEach(participant -> hinted(p, participant));
        }
    }

    /**
     * Whether a change of this slot could lead to anything. A vote stays what it is until the decision, and what else
     * could be made of it is noticed at the multi that relies on its version; what is finished stays finished.
     */
    private static boolean mayMatter(Pending p, SlotView known) {
        return switch (known.status()) {
            case MISSING, EMPTY, UNREADABLE -> true;
            case VOTED -> known.votes(Vote.DELEGATED) || (known.votes(Vote.YES) && p.decided());
            case FINISHED -> false;
        };
    }

    private void ask(Pending p, String participant) {
        if (p.asked.computeIfPresent(participant, (name, again) -> true) == null) {
            p.asked.put(participant, false);
            send(p, participant);
        }
    }

    private void send(Pending p, String participant) {
        term.reads().node(Paths.slot(p.id, participant), node -> read(p, participant, node), failure -> {
            p.asked.remove(participant);
            book.readLater(p);
        });
    }

    private void read(Pending p, String participant, Optional<Node> node) {
        Boolean again = p.asked.remove(participant);
        // A whole reading began after this one was sent: it shows more.
        if (again == null || p.reading != null || !book.pendings().holds(p)) {
            return;
        }
        if (p.writing()) {
            p.hinted.add(participant);
            return;
        }
        if (again) {
            p.asked.put(participant, false);
            send(p, participant);
        }
        SlotView known = p.view.slot(participant);
        if (node.isPresent() && unchanged(known, node.get())) {
            return;
        }
        SlotView slot = ViewReader.slotView(node);
        if (slot.status() == SlotView.Status.MISSING) {
            book.read(p);
            return;
        }
        p.view = p.view.withSlot(participant, slot);
        book.evaluate(p);
    }

    /** Where several transactions share a znode, most hints are about the others. */
    private static boolean unchanged(SlotView known, Node node) {
        return known.version() == node.version()
                && known.status() != SlotView.Status.UNREADABLE
                && ViewReader.foreign(node).isEmpty();
    }
}
