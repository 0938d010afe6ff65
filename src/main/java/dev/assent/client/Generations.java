package dev.assent.client;

import dev.assent.protocol.TransactionId;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The generation that takes new transactions, as it was last read. Only a guess: every begin checks it (rule 6). Watched, so
 * that a roll is followed before the seal refuses a begin, and the old generation stays within its bound (rule 10). Lives
 * on the store's loop.
 */
final class Generations {
    /** The same callback each time: watches of one node do not add up. */
    private final Runnable moved = this::forget;

    private Optional<Long> known = Optional.empty();

    /** The generation to begin in, or nothing where no coordinator has announced one that can be read. */
    CompletableFuture<Optional<Long>> current(Session session) {
        if (known.isPresent()) {
            return CompletableFuture.completedFuture(known);
        }
        return session.readAndWatch(Paths.TRANSACTIONS, moved).thenApply(node -> {
            known = node.flatMap(read -> decode(read.data()));
            return known;
        });
    }

    /** It may have changed, and nobody may have said so (rule 7). */
    void forget() {
        known = Optional.empty();
    }

    /** A begin in {@code generation} was refused: read again. */
    void stale(long generation) {
        known = known.filter(current -> current != generation);
    }

    private static Optional<Long> decode(byte[] data) {
        try {
            return Optional.of(Records.currentGeneration(data)).filter(Generations::canBeGeneration);
        } catch (MalformedRecordException e) {
            return Optional.empty();
        }
    }

    private static boolean canBeGeneration(long number) {
        return TransactionId.tryParseGeneration(Long.toString(number)).isPresent();
    }
}
