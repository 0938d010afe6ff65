package dev.assent.participant;

import dev.assent.store.Backoff;
import dev.assent.store.Loop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the resource's blocking calls from the loop to the pool and their answers back, a bounded number at a time in
 * each lane. Everything but the calls themselves happens on the loop.
 */
final class ResourceCalls {
    private static final Logger LOG = LoggerFactory.getLogger(ResourceCalls.class);

    /** What is counted together. */
    enum Lane {
        PREPARE,
        /** Commits and rollbacks never wait behind prepares, which may wait for the locks that these release. */
        FINISH,
        /** The listing of branches. */
        LIST
    }

    private record Call(Lane lane, Runnable body) {}

    private final Loop loop;
    private final Executor pool;
    private final Backoff pauses;
    private final Map<Lane, Integer> bounds = new EnumMap<>(Lane.class);
    private final Map<Lane, Integer> running = new EnumMap<>(Lane.class);
    private final Map<Lane, Deque<Call>> waiting = new EnumMap<>(Lane.class);
    private Runnable afterCall = () -> {};
    private boolean refused;
    private boolean closed;

    ResourceCalls(Loop loop, Executor pool, int concurrency, Backoff pauses) {
        this.loop = loop;
        this.pool = pool;
        this.pauses = pauses;
        for (Lane lane : Lane.values()) {
            bounds.put(lane, lane == Lane.LIST ? 1 : concurrency);
            running.put(lane, 0);
            waiting.put(lane, new ArrayDeque<>());
        }
    }

    /** Calls {@code body} on the pool once there is room, and {@code then} on the loop with its result or failure. */
    <T> void run(Lane lane, Callable<T> body, BiConsumer<T, Throwable> then) {
        waiting.get(lane).add(new Call(lane, () -> {
            T result;
            try {
                result = body.call();
            } catch (Throwable failure) {
                Throwable told = describable(failure);
                loop.execute(() -> ended(lane, () -> then.accept(null, told)));
                if (failure instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                return;
            }
            loop.execute(() -> ended(lane, () -> then.accept(result, null)));
        }));
        pump();
    }

    /** Whatever the resource threw, as something that the loop can put in words: asking for them is a call too. */
    private static Throwable describable(Throwable failure) {
        try {
            LOG.trace("a call of the resource failed: {}", failure.toString());
            return failure;
        } catch (RuntimeException | Error e) {
            return new IllegalStateException(
                    failure.getClass().getName() + " without a description, for asking it failed with "
                            + e.getClass().getName());
        }
    }

    private void ended(Lane lane, Runnable then) {
        running.merge(lane, -1, Integer::sum);
        try {
            then.run();
        } finally {
            pump();
            afterCall.run();
        }
    }

    /** Calls {@code then} after each call that ended: there may be room for more. */
    void afterEach(Runnable then) {
        afterCall = then;
    }

    private void pump() {
        for (Lane lane : Lane.values()) {
            while (!closed && !refused && running.get(lane) < bounds.get(lane)) {
                Call call = waiting.get(lane).peek();
                if (call == null) {
                    break;
                }
                try {
                    pool.execute(call.body());
                } catch (RejectedExecutionException e) {
                    refusedByPool(lane, e);
                    return;
                }
                pauses.reset();
                waiting.get(lane).remove();
                running.merge(lane, 1, Integer::sum);
            }
        }
    }

    // The call did not run: it keeps its place.
    private void refusedByPool(Lane lane, RejectedExecutionException e) {
        refused = true;
        LOG.warn(
                "the pool refuses a call of the resource; {} wait in lane {}; give it room for all that may run at once: {}",
                waiting.get(lane).size(),
                lane,
                e.toString());
        loop.schedule(pauses.next(), () -> {
            refused = false;
            pump();
        });
    }

    /** How many calls run now. */
    int running() {
        return running.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** How many prepares run or wait. */
    int prepares() {
        return running.get(Lane.PREPARE) + waiting.get(Lane.PREPARE).size();
    }

    /** Starts nothing more; what runs still answers. */
    void close() {
        closed = true;
        waiting.values().forEach(Deque::clear);
    }
}
