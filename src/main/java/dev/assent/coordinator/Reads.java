package dev.assent.coordinator;

import dev.assent.store.Node;
import dev.assent.store.StoreException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A term's reads, a bounded number of them on their way at once (rule 10). Lives on the loop. */
final class Reads {
    private record Request<T>(
            Supplier<CompletableFuture<T>> read, Consumer<T> then, Consumer<StoreException> otherwise) {}

    private final Term term;
    private final int limit;
    private final Deque<Request<?>> waiting = new ArrayDeque<>();
    private int inFlight;
    private boolean pumping;

    Reads(Term term, int limit) {
        this.term = term;
        this.limit = limit;
    }

    void node(String path, Consumer<Optional<Node>> then, Consumer<StoreException> otherwise) {
        submit(new Request<>(() -> term.session().read(path), then, otherwise));
    }

    void children(String path, Consumer<Optional<List<String>>> then, Consumer<StoreException> otherwise) {
        submit(new Request<>(() -> term.session().children(path), then, otherwise));
    }

    private void submit(Request<?> request) {
        waiting.add(request);
        pump();
    }

    private void pump() {
        // Not re-entered: an answer that is there at once would otherwise nest one call a read.
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (inFlight < limit && !waiting.isEmpty() && !term.over()) {
                send(waiting.remove());
            }
        } finally {
            pumping = false;
        }
    }

    private <T> void send(Request<T> request) {
        inFlight++;
        term.ask(
                request.read(),
                answer -> {
                    inFlight--;
                    request.then().accept(answer);
                    pump();
                },
                failure -> {
                    inFlight--;
                    request.otherwise().accept(failure);
                    pump();
                });
    }
}
