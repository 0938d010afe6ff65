package dev.assent.cli.demo;

import dev.assent.Assent;
import dev.assent.Outcome;
import dev.assent.OutcomeStatus;
import dev.assent.OutcomeUnknownException;
import dev.assent.TransactionBuilder;
import dev.assent.TransactionRefusedException;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Sends transfers and keeps what became of each. Thread-safe. */
public final class Teller {
    private static final int IN_FLIGHT = 6;
    private static final int QUESTIONS_IN_FLIGHT = 64;
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);

    private final Assent assent;
    private final Function<Transfer, Map<String, byte[]>> work;
    private final List<CompletableFuture<Settled>> sent = new CopyOnWriteArrayList<>();

    /** Tells each bank its half of a transfer. */
    Teller(Assent assent) {
        this(assent, transfer -> {
            Map<String, byte[]> payloads = new HashMap<>();
            transfer.bookings().forEach((bank, booking) -> payloads.put(bank, booking.payload()));
            return payloads;
        });
    }

    /**
     * A teller of transfers that concern more than the two banks.
     *
     * @param work what each participant of a transfer is told
     */
    public Teller(Assent assent, Function<Transfer, Map<String, byte[]>> work) {
        this.assent = assent;
        this.work = work;
    }

    /** Sends a transfer without waiting for its end. */
    public CompletableFuture<Settled> send(Transfer transfer) {
        TransactionBuilder transaction = assent.transaction();
        work.apply(transfer).forEach(transaction::with);
        CompletableFuture<Settled> end =
                transaction.commitAsync().handle((outcome, failure) -> settled(transfer, outcome, failure));
        sent.add(end);
        return end;
    }

    private static Settled settled(Transfer transfer, Outcome outcome, Throwable failure) {
        if (failure == null) {
            return new Settled(
                    transfer,
                    Optional.of(TransactionId.parse(outcome.id())),
                    Optional.of(outcome.committed() ? OutcomeState.COMMITTED : OutcomeState.ABORTED),
                    outcome.reason());
        }
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof OutcomeUnknownException unknown) {
            return new Settled(
                    transfer, Optional.of(TransactionId.parse(unknown.id())), Optional.empty(), unknown.getMessage());
        }
        if (cause instanceof TransactionRefusedException refused) {
            return new Settled(transfer, Optional.empty(), Optional.of(OutcomeState.ABORTED), refused.getMessage());
        }
        throw new IllegalStateException("transfer " + transfer.number() + " failed otherwise than documented", cause);
    }

    /** Sends transfers at their moments, several at a time, and returns when the last one is on its way. */
    public void sendAll(List<Transfer> transfers) throws InterruptedException {
        Semaphore room = new Semaphore(IN_FLIGHT);
        for (Transfer transfer : transfers) {
            Thread.sleep(transfer.pauseMillis());
            room.acquire();
            var unused = send(transfer).whenComplete((settled, failure) -> room.release());
        }
    }

    /** How many of the transfers that were sent have ended. */
    public long ended() {
        return sent.stream().filter(CompletableFuture::isDone).count();
    }

    /** Waits for the end of everything that was sent. */
    public List<Settled> awaitAll() throws InterruptedException, ExecutionException, TimeoutException {
        List<Settled> ends = new ArrayList<>();
        for (CompletableFuture<Settled> end : sent) {
            ends.add(end.get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        }
        return ends;
    }

    /** What record and history say now of each transfer that was begun; silence where that cannot be found out. */
    public Map<TransactionId, OutcomeState> recorded(List<Settled> transfers)
            throws InterruptedException, ExecutionException {
        Map<TransactionId, OutcomeState> recorded = new HashMap<>();
        for (int from = 0; from < transfers.size(); from += QUESTIONS_IN_FLIGHT) {
            List<CompletableFuture<OutcomeStatus>> asked =
                    transfers.subList(from, Math.min(transfers.size(), from + QUESTIONS_IN_FLIGHT)).stream()
                            .flatMap(settled -> settled.id().stream())
                            .map(id -> assent.outcomeAsync(id.toString()))
                            .toList();
            for (CompletableFuture<OutcomeStatus> answer : asked) {
                OutcomeStatus status = answer.get();
                recorded.put(TransactionId.parse(status.id()), status.state());
            }
        }
        return recorded;
    }
}
