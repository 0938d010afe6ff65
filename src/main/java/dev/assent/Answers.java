package dev.assent;

import dev.assent.client.Answer;
import dev.assent.client.GlobalTransaction;
import dev.assent.client.OutcomeView;
import dev.assent.client.Refusal;
import dev.assent.protocol.TransactionId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Turns what the initiator answers into what callers get: an outcome, or one of the two exceptions. Stateless. */
final class Answers {
    private static final Duration IDLE = Duration.ofSeconds(10);
    /**
     * Where callers go on from what completes on a loop; they may block here. Not the common pool, which on one or two
     * processors begins a thread for each of them.
     */
    static final Executor THREADS = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "assent-answers");
                thread.setDaemon(true);
                return thread;
            });

    private Answers() {}

    static Outcome outcome(Answer answer) {
        return switch (answer.kind()) {
            case COMMITTED -> new Outcome(id(answer), Outcome.Result.COMMITTED, answer.reason());
            case ABORTED -> new Outcome(id(answer), Outcome.Result.ABORTED, answer.reason());
            case UNKNOWN -> throw new OutcomeUnknownException(id(answer), answer.reason(), null);
            case REFUSED ->
                throw new TransactionRefusedException(answer.refusal().orElseThrow());
        };
    }

    private static String id(Answer answer) {
        return answer.id().map(TransactionId::toString).orElseThrow();
    }

    static OutcomeStatus status(OutcomeView view) {
        return new OutcomeStatus(view.id().toString(), view.state(), view.reason());
    }

    /** Waits for the answer; an interrupted caller stops waiting, with what is known then and its interrupt restored. */
    static Outcome await(GlobalTransaction transaction) {
        return outcome(await(transaction.answer(), transaction));
    }

    /** Waits for something that comes no later than the transaction's answer. */
    static <T> T await(CompletableFuture<T> future, GlobalTransaction transaction) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            // The answer comes at once now: REFUSED where nothing was sent, else UNKNOWN.
            transaction.giveUp("its caller was interrupted");
            T last = future.join();
            Thread.currentThread().interrupt();
            return last;
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        }
    }

    /** Waits for what fails by itself after a while. */
    static <T> T await(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        }
    }

    private static RuntimeException unwrapped(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RuntimeException known ? known : new CompletionException(cause);
    }

    static Refusal closed() {
        return new Refusal(Refusal.Cause.CLOSED, "this Assent is closed");
    }
}
