package dev.assent.client;

import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import dev.assent.store.StoreException;
import dev.assent.store.WriteResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asks for a transaction's end in the order that alone is sound (rule 5): a quorum write, so that a lagging server
 * cannot answer; the record; then the history, to which a collection moves it in one step.
 */
final class Lookup {
    private static final String PAGE = "page-";

    private Lookup() {}

    /**
     * What was found. Immutable.
     *
     * @param record the record, ABSENT where there is none
     * @param finished what the history says, empty where it says nothing
     */
    record Found(Reading record, Optional<OutcomeView> finished) {}

    /** Looks the transaction up, all on this session; fails with a {@link StoreException} where that is impossible. */
    static CompletableFuture<Found> find(Session session, TransactionId id) {
        return session.barrier()
                .thenCompose(written -> {
                    requireDone(written);
                    return session.read(Paths.record(id));
                })
                .thenCompose(node -> {
                    Reading reading = Reading.of(node);
                    return reading.state() == Reading.State.ABSENT
                            ? heuristic(session, id).thenApply(finished -> new Found(reading, finished))
                            : CompletableFuture.completedFuture(new Found(reading, Optional.empty()));
                });
    }

    /** The same as a view; fails where the record is there and cannot be read. */
    static CompletableFuture<OutcomeView> outcome(Session session, TransactionId id) {
        return find(session, id).thenApply(found -> {
            Reading reading = found.record();
            return switch (reading.state()) {
                case UNDECIDED -> new OutcomeView(id, OutcomeState.PENDING, "");
                case COMMITTED -> new OutcomeView(id, OutcomeState.COMMITTED, reading.reason());
                case ABORTED -> new OutcomeView(id, OutcomeState.ABORTED, reading.reason());
                case ABSENT ->
                    found.finished()
                            .orElseGet(() -> new OutcomeView(id, OutcomeState.FORGOTTEN, "neither record nor history"));
                case UNREADABLE ->
                    throw new StoreException(
                            StoreException.Kind.OTHER, Paths.record(id) + " cannot be read: " + reading.detail());
            };
        });
    }

    private static void requireDone(WriteResult written) {
        if (written.status() == WriteResult.Status.NO_NODE) {
            throw new StoreException(
                    StoreException.Kind.OTHER, "no coordinator has set up this tree: start one, or check the chroot");
        }
        if (!written.ok()) {
            throw new StoreException(
                    written.status() == WriteResult.Status.LOST
                            ? StoreException.Kind.DISCONNECTED
                            : StoreException.Kind.OTHER,
                    "the quorum write before the look-up was answered " + written.status() + " " + written.detail());
        }
    }

    private static CompletableFuture<Optional<OutcomeView>> heuristic(Session session, TransactionId id) {
        return session.read(Paths.historyHeuristic(id)).thenCompose(node -> {
            if (node.isPresent()) {
                Records.Heuristic heuristic = decode(
                        Paths.historyHeuristic(id),
                        () -> Records.heuristic(node.get().data()));
                return CompletableFuture.completedFuture(Optional.of(
                        new OutcomeView(id, heuristic.outcome(), "broken promises: " + heuristic.branches())));
            }
            return session.children(Paths.history(id.generation())).thenCompose(names -> {
                Deque<String> pages = new ArrayDeque<>(names.orElse(List.of()).stream()
                        .filter(name -> name.startsWith(PAGE))
                        .sorted()
                        .toList());
                return pages(session, id, pages, Optional.empty());
            });
        });
    }

    private static CompletableFuture<Optional<OutcomeView>> pages(
            Session session, TransactionId id, Deque<String> left, Optional<StoreException> unreadable) {
        if (left.isEmpty()) {
            return unreadable
                    .<CompletableFuture<Optional<OutcomeView>>>map(CompletableFuture::failedFuture)
                    .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
        }
        String path = Paths.history(id.generation()) + "/" + left.removeFirst();
        return session.read(path).thenCompose(node -> {
            Optional<OutcomeState> outcome;
            try {
                outcome = node.flatMap(page -> Optional.ofNullable(
                        decode(path, () -> Records.historyPage(page.data())).get(id)));
            } catch (StoreException e) {
                // Another page may know it; if none does, this one might have: no conclusion.
                return pages(session, id, left, Optional.of(e));
            }
            return outcome.isPresent()
                    ? CompletableFuture.completedFuture(Optional.of(new OutcomeView(id, outcome.get(), "")))
                    : pages(session, id, left, unreadable);
        });
    }

    private static <T> T decode(String path, java.util.function.Supplier<T> reader) {
        try {
            return reader.get();
        } catch (MalformedRecordException e) {
            throw new StoreException(
                    StoreException.Kind.OTHER,
                    path + " cannot be read, so nothing follows from it: " + e.getMessage(),
                    e);
        }
    }
}
