package dev.assent.participant;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchWork.Event;
import dev.assent.protocol.Slot;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Vote;
import dev.assent.store.InboxEntry;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Node;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the work that waits in the inbox, a bounded number of entries at a time, and starts a driver for what this
 * instance is to do. Lives on the loop.
 */
final class Inbox {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final byte[] NOTHING = {};

    /** An entry that waits or is looked at. */
    private static final class Work {
        final TransactionId id;
        /** It was left to the preferred instance for the claim delay. */
        boolean leftToOthers;
        /** Its holder was missing before the claim delay. */
        boolean holderMissed;
        /** Its record was missing; the reading may have been older than that of its entry. */
        boolean recordMissed;

        final BranchReader reader;

        Work(TransactionId id, BranchReader reader) {
            this.id = id;
            this.reader = reader;
        }
    }

    private record Found(Optional<Node> entry, Sighting sighting) {}

    private final Instance at;
    private final Branches branches;
    private final Siblings siblings;
    private final Runnable rescan;
    private final Map<TransactionId, Work> works = new LinkedHashMap<>();
    private final Deque<Work> queue = new ArrayDeque<>();
    /** What the last scan found and found no room yet; no longer than its listing. */
    private final Deque<TransactionId> backlog = new ArrayDeque<>();

    private int looking;
    /** One reading shows all that share its znodes. */
    private TransactionId lastLooked;

    private boolean open;
    /** Entries were left out for want of room. */
    private boolean missed;

    private boolean said;
    /** Work was left in the inbox because too many branches are held. */
    private boolean heldBack;

    Inbox(Instance at, Branches branches, Siblings siblings, Runnable rescan) {
        this.at = at;
        this.branches = branches;
        this.siblings = siblings;
        this.rescan = rescan;
    }

    /** Begins to take work: the instance is registered, visible, and knows what earlier attempts left behind. */
    void open() {
        open = true;
        pump();
    }

    /** Takes no more work and forgets what waits: it stays in the tree. */
    void close() {
        open = false;
        works.clear();
        queue.clear();
        backlog.clear();
        missed = false;
    }

    int waiting() {
        return works.size() + backlog.size();
    }

    /** There may be an entry for {@code id}, new or changed. */
    void noticed(TransactionId id) {
        if (works.size() < at.config.queueBound()) {
            add(id);
            pump();
        } else if (!works.containsKey(id)) {
            full();
        }
    }

    /** Everything that is in the inbox now. What finds no room waits its turn, so that no entry hides those behind it. */
    void scanned(List<TransactionId> ids) {
        if (backlog.isEmpty()) {
            backlog.addAll(ids);
        } else {
            missed = true;
        }
        pump();
    }

    private void add(TransactionId id) {
        if (!works.containsKey(id)) {
            Work work = new Work(id, new BranchReader(at, id));
            works.put(id, work);
            queue.add(work);
        }
    }

    private void full() {
        missed = true;
        if (!said) {
            said = true;
            LOG.warn(
                    "{}: queueBound {} inbox entries wait; the rest stays in the inbox until there is room",
                    at,
                    at.config.queueBound());
        }
    }

    /** A branch ended. */
    void ended() {
        if (heldBack && branches.size() < at.config.branchBound()) {
            heldBack = false;
            rescan.run();
        }
        pump();
    }

    /** Looks at further entries while there is room for what they may lead to. */
    void pump() {
        if (!open || at.session().isEmpty()) {
            return;
        }
        while (!backlog.isEmpty() && works.size() < at.config.queueBound()) {
            TransactionId next = backlog.remove();
            // A driver that is past its beginning has watches of its own.
            if (!branches.underWay(next)) {
                add(next);
            }
        }
        while (!queue.isEmpty() && (hasRoom() || queue.peek().id.sharesZnodesWith(lastLooked))) {
            look(queue.remove(), at.session().get());
        }
        if (backlog.isEmpty() && works.size() <= at.config.queueBound() / 2) {
            said = false;
            if (missed) {
                missed = false;
                rescan.run();
            }
        }
    }

    private boolean hasRoom() {
        return lastLooked == null || looking + at.calls.prepares() < 2 * at.config.concurrency();
    }

    private void look(Work work, Session session) {
        if (branches.underWay(work.id)) {
            drop(work);
            return;
        }
        boolean enlisted = branches.own(work.id).isPresent();
        if (!enlisted && !work.leftToOthers && !siblings.prefers(work.id)) {
            work.leftToOthers = true;
            later(work);
            return;
        }
        looking++;
        lastLooked = work.id;
        // Whoever votes then waits for the record to change: the watch comes with the reading that is needed anyway.
        at.when(
                session.read(Paths.inboxEntry(at.name, work.id))
                        .thenCombine(work.reader.read(session, !enlisted), Found::new),
                (found, failure) -> {
                    looking--;
                    // Closed or reopened meanwhile: the scan that follows finds it again.
                    if (works.get(work.id) == work) {
                        if (failure != null) {
                            drop(work);
                            at.readFailed(work.id.toString(), failure);
                        } else {
                            judge(work, found);
                        }
                    }
                    pump();
                });
    }

    private void later(Work work) {
        at.loop.schedule(at.config.claimDelay(), () -> {
            if (works.get(work.id) == work) {
                queue.add(work);
                pump();
            }
        });
    }

    private void judge(Work work, Found found) {
        Optional<BranchDriver> own = branches.own(work.id);
        if (found.entry().isEmpty() || branches.underWay(work.id)) {
            drop(work);
            own.ifPresent(BranchDriver::hint);
            return;
        }
        Sighting seen = found.sighting();
        Optional<Event> event = seen.about(at.protocol, at.attempt);
        if (event.isEmpty()) {
            stepOver(work, seen.trouble());
            return;
        }
        if (event.get() == Event.READ_ABSENT && !work.recordMissed) {
            // A begin creates both at once: this entry's record, if it is still there, is in the next reading.
            work.recordMissed = true;
            queue.add(work);
            return;
        }
        switch (event.get()) {
            case READ_EMPTY -> unvoted(work, found.entry().get(), seen, own);
            case READ_ABORT_UNVOTED, READ_ABSENT -> {
                drop(work);
                own.ifPresentOrElse(
                        BranchDriver::hint, () -> begin(work, NOTHING).fire(event.get()));
            }
            case READ_OPEN -> drop(work);
            case READ_UNLISTED -> stepOver(work, "the closed list does not name this participant");
            default -> {
                own.ifPresent(BranchDriver::hint);
                voted(work, seen.slot());
            }
        }
    }

    private void drop(Work work) {
        works.remove(work.id);
    }

    private void stepOver(Work work, String why) {
        drop(work);
        at.report(work.id.toString(), "stepped over: " + why);
    }

    /** A vote stands: whoever gave it finishes it, or, when that process is gone, any instance on the same resource. */
    private void voted(Work work, SlotView view) {
        Slot slot = view.slot().orElseThrow();
        boolean owed = view.status() == SlotView.Status.VOTED && (view.votes(Vote.YES) || view.votes(Vote.DELEGATED));
        BranchId branch = at.branch(work.id, slot.attempt());
        boolean own = slot.attempt().equals(at.attempt);
        if (!owed || branches.find(branch).isPresent() || (!own && siblings.present(slot.attempt()))) {
            drop(work);
            return;
        }
        if (!own && !work.holderMissed) {
            // It may have appeared a moment ago.
            work.holderMissed = true;
            later(work);
            return;
        }
        drop(work);
        if (!slot.resource().equals(at.identity)) {
            at.report(
                    branch.toString(),
                    "its process is gone and it is on resource '" + slot.resource() + "', this instance has '"
                            + at.identity + "': left alone; start an instance there");
            return;
        }
        LOG.info("{}: {} epoch 0: takes over the {} of attempt {}", at, work.id, slot.vote(), slot.attempt());
        branches.recover(branch).hint();
    }

    private void unvoted(Work work, Node node, Sighting seen, Optional<BranchDriver> own) {
        InboxEntry entry;
        try {
            entry = Records.inboxEntry(node.data());
        } catch (MalformedRecordException e) {
            stepOver(work, e.getMessage());
            return;
        }
        Optional<String> named = entry.holder().map(InboxEntry.Holder::attempt);
        if (seen.record().orElseThrow().enlisted() != named.isPresent()) {
            stepOver(work, "the record and its inbox entry do not agree about being enlisted");
        } else if (seen.distrust().isPresent()) {
            stepOver(work, "not prepared: its " + seen.distrust().get());
        } else if (!at.protocol.mayPrepare(named, at.attempt)) {
            namesAnother(work, named.orElseThrow(), own);
        } else if (own.isPresent()) {
            drop(work);
            own.get().claim();
        } else if (named.filter(at.attempt::equals).isPresent()) {
            // It was undone here before anybody asked to prepare.
            drop(work);
            begin(work, NOTHING).fire(Event.HOLDER_GONE);
        } else {
            claim(work, entry.payload(), seen);
        }
    }

    /** Only the holder may vote YES for enlisted work; once it is gone anybody may vote NO (rule 9). */
    private void namesAnother(Work work, String holder, Optional<BranchDriver> own) {
        if (siblings.present(holder)) {
            // Its end is noticed: presence is watched, and everything is read again then.
            drop(work);
        } else if (!work.holderMissed) {
            work.holderMissed = true;
            later(work);
        } else {
            drop(work);
            own.orElseGet(() -> begin(work, NOTHING)).fire(Event.HOLDER_GONE);
        }
    }

    private void claim(Work work, byte[] payload, Sighting seen) {
        if (branches.did(work.id) || branches.recovering(work.id)) {
            drop(work);
        } else if (branches.size() >= at.config.branchBound()) {
            drop(work);
            heldBack = true;
            at.report(
                    "branchBound " + at.config.branchBound(),
                    "so many branches are held that no new work is taken; it stays in the inbox");
        } else {
            drop(work);
            boolean alone = at.resource instanceof OnePhaseResource
                    && seen.listed() == 1
                    && !seen.record().orElseThrow().enlisted();
            begin(work, payload).fire(alone ? Event.CLAIMED_ALONE : Event.CLAIMED);
        }
    }

    private BranchDriver begin(Work work, byte[] payload) {
        return branches.begin(work.id, work.reader, payload);
    }
}
