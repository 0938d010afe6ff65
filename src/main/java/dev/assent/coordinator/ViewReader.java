package dev.assent.coordinator;

import dev.assent.protocol.Coordination;
import dev.assent.protocol.Decision;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Node;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One reading of one transaction: the record, an enlisted one's list, the listed slots. All on one session, so later reads
 * are never older than earlier ones. Lives on the loop; used once.
 */
final class ViewReader {
    /** Far above what the protocol creates; all of them go in one multi (rule 4). */
    private static final int MOST_CHILDREN = 1_000;

    private final Reads reads;
    private final TransactionId id;
    private final boolean whole;
    private final Consumer<View> then;
    private final Runnable failed;
    private final Map<String, SlotView> slots = new LinkedHashMap<>();
    private final List<String> strays = new ArrayList<>();
    private Node node;
    private TransactionRecord record;
    private Optional<List<String>> closedList = Optional.empty();
    private int listVersion = -1;
    private boolean slotsAssumed;
    private boolean slotsAsked;
    private boolean childrenAsked;
    private int missing;
    private boolean ended;

    /** @param whole whether the slots of an undecided transaction are read as well, or taken for empty */
    ViewReader(Reads reads, TransactionId id, boolean whole, Consumer<View> then, Runnable failed) {
        this.reads = reads;
        this.id = id;
        this.whole = whole;
        this.then = then;
        this.failed = failed;
    }

    void start() {
        reads.node(Paths.record(id), this::record, this::refused);
    }

    boolean whole() {
        return whole;
    }

    /** Whether a slot that changes now may have been read before it did. */
    boolean slotsAsked() {
        return slotsAsked;
    }

    private void record(Optional<Node> read) {
        if (read.isEmpty()) {
            end(View.gone(id));
            return;
        }
        node = read.get();
        Optional<String> foreign = foreign(node);
        if (foreign.isPresent()) {
            unreadable(foreign.get());
            return;
        }
        try {
            record = Records.record(node.data());
        } catch (MalformedRecordException e) {
            unreadable(e.getMessage());
            return;
        }
        if (node.version() != (record.verdict().isPresent() ? 1 : 0)) {
            unreadable("version " + node.version() + " of a record "
                    + (record.verdict().isPresent() ? "with" : "without") + " a decision");
        } else if (record.enlisted()) {
            reads.node(Paths.list(id), this::list, this::refused);
        } else {
            closedList = Optional.of(record.participants());
            askSlots(record.participants().size());
        }
    }

    private void list(Optional<Node> read) {
        if (read.isPresent()) {
            Optional<String> foreign = foreign(read.get());
            if (foreign.isPresent() || read.get().version() != 0) {
                unreadable(Paths.LIST + ": "
                        + foreign.orElse("version " + read.get().version()));
                return;
            }
            try {
                closedList = Optional.of(Records.list(read.get().data()));
            } catch (MalformedRecordException e) {
                unreadable(Paths.LIST + ": " + e.getMessage());
                return;
            }
            listVersion = 0;
        }
        askSlots(closedList.map(list -> list.size() + 1).orElse(0));
    }

    private void askSlots(int expectedChildren) {
        slotsAssumed = !whole && record.verdict().isEmpty() && closedList.isPresent();
        slotsAsked = !slotsAssumed;
        List<String> listed = closedList.orElse(List.of());
        if (node.children() > MOST_CHILDREN) {
            unreadable(node.children() + " children exceed the bound of " + MOST_CHILDREN);
            return;
        }
        boolean others = node.children() != expectedChildren;
        if (slotsAssumed) {
            listed.forEach(name -> slots.put(name, SlotView.EMPTY));
        } else {
            missing = listed.size();
            for (String name : listed) {
                reads.node(Paths.slot(id, name), read -> slot(name, slotView(read)), e -> slotRefused(name, e));
            }
        }
        if (others) {
            askChildren();
        }
        finishIfComplete();
    }

    private void askChildren() {
        childrenAsked = true;
        missing++;
        List<String> listed = closedList.orElse(List.of());
        reads.children(Paths.record(id), children -> strays(listed, children), this::refused);
    }

    private void slot(String name, SlotView view) {
        slots.put(name, view);
        missing--;
        finishIfComplete();
    }

    private void slotRefused(String name, StoreException failure) {
        if (retriable(failure)) {
            refused(failure);
        } else {
            slot(name, SlotView.unreadable(-1));
        }
    }

    private void strays(List<String> listed, Optional<List<String>> children) {
        children.orElse(List.of()).stream()
                .filter(name -> !listed.contains(name) && !(record.enlisted() && name.equals(Paths.LIST)))
                .sorted()
                .forEach(strays::add);
        missing--;
        finishIfComplete();
    }

    private void finishIfComplete() {
        if (missing > 0) {
            return;
        }
        // A number that fits although a slot is missing counts a child that does not belong there.
        if (!childrenAsked && node.children() > 0 && slots.containsValue(SlotView.MISSING)) {
            askChildren();
            return;
        }
        boolean decided = record.verdict().isPresent();
        Coordination.Event read;
        if (decided) {
            read = record.verdict().get().decision() == Decision.COMMIT
                    ? Coordination.Event.READ_COMMIT
                    : Coordination.Event.READ_ABORT;
        } else {
            read = closedList.isEmpty() ? Coordination.Event.READ_OPEN : Coordination.Event.READ_CLOSED;
        }
        byte[] data = decided ? new byte[0] : node.data();
        end(new View(
                id,
                read,
                Optional.of(record),
                data,
                closedList,
                listVersion,
                slots,
                slotsAssumed,
                List.copyOf(strays),
                ""));
    }

    private void unreadable(String problem) {
        end(View.unreadable(id, problem));
    }

    private void refused(StoreException failure) {
        if (!retriable(failure)) {
            unreadable(failure.getMessage());
        } else if (!ended) {
            ended = true;
            failed.run();
        }
    }

    private void end(View view) {
        if (!ended) {
            ended = true;
            then.accept(view);
        }
    }

    /** A slot as it was read; one that anyone could take away or rewrite counts as unreadable (rule 12). */
    static SlotView slotView(Optional<Node> read) {
        return read.isPresent() && foreign(read.get()).isPresent()
                ? SlotView.unreadable(read.get().version())
                : Records.slot(read);
    }

    static boolean retriable(StoreException failure) {
        return failure.kind() == StoreException.Kind.DISCONNECTED
                || failure.kind() == StoreException.Kind.SESSION_ENDED;
    }

    static Optional<String> foreign(Node node) {
        if (node.ephemeral()) {
            return Optional.of("ephemeral: it would go with a session");
        }
        return node.aclVersion() > 0 ? Optional.of("its ACL was changed since its creation") : Optional.empty();
    }
}
