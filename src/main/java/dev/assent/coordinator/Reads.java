package dev.assent.coordinator;

import dev.assent.store.Node;
import dev.assent.store.Session;
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
    private static final int MOST_CHILDREN = 20_000;

    private record Request<T>(
            Supplier<CompletableFuture<T>> read, Consumer<T> then, Consumer<StoreException> otherwise) {}

    private final Term term;
    private final int limit;
    private final Reporter reporter;
    private final Deque<Request<?>> waiting = new ArrayDeque<>();
    private int inFlight;
    private boolean pumping;

    Reads(Term term, Context context) {
        this.term = term;
        this.limit = context.config().readsInFlight();
        this.reporter = context.reporter();
    }

    /** Reads a node; {@code then} may run at once, where a hint has just shown it. */
    void node(String path, Consumer<Optional<Node>> then, Consumer<StoreException> otherwise) {
        Optional<Session.Shown> shown = term.session().shown(path);
        if (shown.isPresent()) {
            then.accept(shown.get().node());
            return;
        }
        submit(new Request<>(() -> term.session().read(path), then, otherwise));
    }

    /**
     * Lists the children. More than 20,000 are reported and not asked for: an answer beyond
     * jute.maxbuffer looks like a lost connection, for ever (rule 10).
     */
    void children(String path, Consumer<Optional<List<String>>> then, Consumer<StoreException> otherwise) {
        node(
                path,
                node -> {
                    if (node.isEmpty()) {
                        then.accept(Optional.empty());
                    } else if (node.get().children() > MOST_CHILDREN) {
                        String why = node.get().children() + " children exceed the bound of " + MOST_CHILDREN;
                        reporter.steppedOver(path, why);
                        otherwise.accept(new StoreException(StoreException.Kind.OTHER, path + ": " + why));
                    } else {
                        submit(new Request<>(() -> term.session().children(path), then, otherwise));
                    }
                },
                otherwise);
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
