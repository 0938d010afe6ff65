package dev.assent.client;

import dev.assent.store.Backoff;
import dev.assent.store.Loop;
import dev.assent.store.Session;
import dev.assent.store.StoreException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Repeats questions that change nothing, each time on one session from its start, until they are answered or their time
 * is over. Lives on the store's loop.
 */
final class Asking {
    private final Loop loop;
    private final Sessions sessions;
    private final Supplier<Backoff> pauses;
    private final String store;
    private final Set<Attempt<?>> open = new LinkedHashSet<>();
    private boolean closed;

    /**
     * @param store what to call the store in messages
     */
    Asking(Loop loop, Sessions sessions, Supplier<Backoff> pauses, String store) {
        this.loop = loop;
        this.sessions = sessions;
        this.pauses = pauses;
        this.store = store;
    }

    /** Asks; may be called from any thread. What is unreadable or forbidden fails at once, with its {@link StoreException}. */
    <T> CompletableFuture<T> ask(String what, Duration limit, Function<Session, CompletableFuture<T>> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(() -> {
            if (closed) {
                answer.completeExceptionally(ended(what));
                return;
            }
            Attempt<T> attempt = new Attempt<>(what, question, pauses.get(), answer);
            open.add(attempt);
            attempt.timer = loop.schedule(limit, () -> attempt.expired(limit));
            attempt.run();
        });
        return answer;
    }

    /** Fails whatever is still asked. */
    void close() {
        closed = true;
        List.copyOf(open).forEach(attempt -> attempt.fail(ended(attempt.what)));
    }

    private static StoreException ended(String what) {
        return new StoreException(StoreException.Kind.SESSION_ENDED, what + " was not answered: closed");
    }

    private final class Attempt<T> {
        private final String what;
        private final Function<Session, CompletableFuture<T>> question;
        private final Backoff backoff;
        private final CompletableFuture<T> answer;
        private String obstacle = "not connected";
        private Loop.Timer timer = () -> {};

        Attempt(
                String what,
                Function<Session, CompletableFuture<T>> question,
                Backoff backoff,
                CompletableFuture<T> answer) {
            this.what = what;
            this.question = question;
            this.backoff = backoff;
            this.answer = answer;
        }

        void run() {
            sessions.use(this, session -> {
                if (!answer.isDone()) {
                    var unused = question.apply(session).whenComplete(this::answered);
                }
            });
        }

        private void answered(T value, Throwable failure) {
            if (failure == null) {
                over();
                answer.complete(value);
                return;
            }
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            boolean transitory = cause instanceof StoreException store
                    && (store.kind() == StoreException.Kind.DISCONNECTED
                            || store.kind() == StoreException.Kind.SESSION_ENDED);
            if (!transitory) {
                fail(cause);
            } else if (!answer.isDone()) {
                obstacle = cause.getMessage();
                loop.schedule(backoff.next(), this::run);
            }
        }

        private void expired(Duration limit) {
            fail(new StoreException(
                    StoreException.Kind.DISCONNECTED,
                    what + ": " + store + " gave no answer within " + limit + ": " + obstacle));
        }

        private void fail(Throwable cause) {
            over();
            answer.completeExceptionally(cause);
        }

        private void over() {
            timer.cancel();
            sessions.forget(this);
            open.remove(this);
        }
    }
}
