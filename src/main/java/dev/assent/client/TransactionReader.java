package dev.assent.client;

import dev.assent.client.TransactionView.BranchView;
import dev.assent.client.TransactionView.State;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Vote;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Node;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import dev.assent.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Reads one transaction into a view; whatever cannot be read is shown as such (rule 12). Lives on the store's loop. */
final class TransactionReader {
    private final Session session;

    TransactionReader(Session session) {
        this.session = session;
    }

    /** A slot and when it was last written. */
    private record Stamped(BranchView branch, long modifiedMillis) {}

    /** The transaction without its strays, or nothing where there is no record. */
    CompletableFuture<Optional<TransactionView>> view(long generation, String name) {
        Optional<TransactionId> id = TransactionId.tryParse(name).filter(parsed -> parsed.generation() == generation);
        String path = Paths.generation(generation) + "/" + name;
        return readable(session.read(path)).thenCompose(read -> {
            if (!read.problem().isEmpty()) {
                return shown(TransactionView.unreadable(name, 0, read.problem()));
            }
            if (read.node().isEmpty()) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            Node node = read.node().get();
            if (id.isEmpty()) {
                return shown(TransactionView.unreadable(
                        name, node.createdMillis(), "not a transaction id of generation " + generation));
            }
            Reading reading = Reading.of(read.node());
            return reading.record().isEmpty()
                    ? shown(TransactionView.unreadable(name, node.createdMillis(), reading.detail()))
                    : withList(id.get(), node, reading);
        });
    }

    private static CompletableFuture<Optional<TransactionView>> shown(TransactionView view) {
        return CompletableFuture.completedFuture(Optional.of(view));
    }

    private CompletableFuture<Optional<TransactionView>> withList(TransactionId id, Node node, Reading reading) {
        TransactionRecord record = reading.record().orElseThrow();
        if (!record.enlisted()) {
            return withSlots(id, node, reading, record.participants());
        }
        return readable(session.read(Paths.list(id))).thenCompose(read -> {
            if (!read.problem().isEmpty()) {
                return shown(TransactionView.unreadable(id.toString(), node.createdMillis(), read.problem()));
            }
            if (read.node().isEmpty()) {
                State state = reading.state() == Reading.State.UNDECIDED ? State.OPEN : decided(reading);
                return shown(view(id, node, reading, state, List.of(), List.of()));
            }
            try {
                return withSlots(
                        id, node, reading, Records.list(read.node().get().data()));
            } catch (MalformedRecordException e) {
                return shown(TransactionView.unreadable(id.toString(), node.createdMillis(), e.getMessage()));
            }
        });
    }

    private CompletableFuture<Optional<TransactionView>> withSlots(
            TransactionId id, Node node, Reading reading, List<String> participants) {
        return Pipeline.all(
                        participants,
                        TransactionRecord.MAX_PARTICIPANTS,
                        name -> readable(session.read(Paths.slot(id, name)))
                                .thenApply(read -> new Stamped(
                                        new BranchView(
                                                name,
                                                read.problem().isEmpty()
                                                        ? Records.slot(read.node())
                                                        : SlotView.unreadable(-1)),
                                        read.node().map(Node::modifiedMillis).orElse(0L))))
                .thenApply(slots -> Optional.of(classified(id, node, reading, participants, slots)));
    }

    private static TransactionView classified(
            TransactionId id, Node node, Reading reading, List<String> participants, List<Stamped> slots) {
        List<String> unreadable = slots.stream()
                .map(Stamped::branch)
                .filter(branch -> branch.slot().status() == SlotView.Status.UNREADABLE)
                .map(BranchView::participant)
                .toList();
        State state;
        if (reading.state() != Reading.State.UNDECIDED) {
            state = decided(reading);
        } else if (!unreadable.isEmpty()) {
            state = State.UNREADABLE;
        } else {
            state = slots.stream().anyMatch(slot -> promised(slot.branch())) ? State.IN_DOUBT : State.VOTING;
        }
        TransactionView view = view(id, node, reading, state, participants, slots);
        return unreadable.isEmpty() ? view : withProblem(view, "the slots of " + unreadable + " cannot be read");
    }

    private static boolean promised(BranchView branch) {
        return branch.slot().votes(Vote.YES) || branch.slot().votes(Vote.DELEGATED);
    }

    private static State decided(Reading reading) {
        return reading.state() == Reading.State.COMMITTED ? State.COMMITTED : State.ABORTED;
    }

    private static TransactionView view(
            TransactionId id, Node node, Reading reading, State state, List<String> participants, List<Stamped> slots) {
        Optional<Long> since = state == State.IN_DOUBT
                ? slots.stream()
                        .filter(slot -> promised(slot.branch()))
                        .map(Stamped::modifiedMillis)
                        .min(Long::compare)
                : Optional.empty();
        return new TransactionView(
                id.toString(),
                state,
                reading.record(),
                participants,
                slots.stream().map(Stamped::branch).toList(),
                List.of(),
                node.createdMillis(),
                since,
                "");
    }

    /** The transaction with everything below its record. */
    CompletableFuture<Optional<TransactionView>> full(TransactionId id) {
        return view(id.generation(), id.toString())
                .thenCompose(view -> view.isEmpty()
                        ? CompletableFuture.completedFuture(view)
                        : session.children(Paths.record(id)).thenApply(children -> {
                            List<String> strays = new ArrayList<>(children.orElse(List.of()));
                            strays.removeAll(view.get().participants());
                            if (view.get()
                                    .record()
                                    .filter(TransactionRecord::enlisted)
                                    .isPresent()) {
                                strays.remove(Paths.LIST);
                            }
                            strays.sort(null);
                            return Optional.of(withStrays(view.get(), strays));
                        }));
    }

    private static TransactionView withStrays(TransactionView view, List<String> strays) {
        return new TransactionView(
                view.name(),
                view.state(),
                view.record(),
                view.participants(),
                view.branches(),
                List.copyOf(strays),
                view.createdMillis(),
                view.inDoubtSinceMillis(),
                view.problem());
    }

    private static TransactionView withProblem(TransactionView view, String problem) {
        return new TransactionView(
                view.name(),
                view.state(),
                view.record(),
                view.participants(),
                view.branches(),
                view.strays(),
                view.createdMillis(),
                view.inDoubtSinceMillis(),
                problem);
    }

    /**
     * What was read, or why it cannot be read now or ever.
     *
     * @param node the node, empty where there is none
     * @param problem why there is no answer; else empty
     */
    record Read(Optional<Node> node, String problem) {}

    /** A node that nobody may read, or that cannot be answered, is a finding; a lost connection is none. */
    static CompletableFuture<Read> readable(CompletableFuture<Optional<Node>> read) {
        return read.handle((node, failure) -> {
            if (failure == null) {
                return new Read(node, "");
            }
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof StoreException store
                    && (store.kind() == StoreException.Kind.NO_AUTH || store.kind() == StoreException.Kind.OTHER)) {
                return new Read(Optional.empty(), store.getMessage());
            }
            throw cause instanceof RuntimeException known ? known : new CompletionException(cause);
        });
    }
}
