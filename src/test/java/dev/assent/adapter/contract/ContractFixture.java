package dev.assent.adapter.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assent.Await;
import dev.assent.participant.HeuristicException;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the parts of the suite share. */
abstract class ContractFixture {
    static final String PARTICIPANT = "contract";
    static final int AT_ONCE = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicLong GENERATION = new AtomicLong(1);
    private static final AtomicLong NUMBER = new AtomicLong();

    /** One for each run: what an earlier one left is somebody else's. */
    static final UUID INSTALLATION = UUID.randomUUID();

    Resource resource;

    /** The resource under test; the same one for every test of the class. */
    protected abstract ResourceLab lab();

    @BeforeEach
    void openResource() throws Exception {
        resource = lab().open();
    }

    /** A test that failed leaves nothing to the next one. */
    @AfterEach
    void rollBackWhatIsLeft() throws Exception {
        for (BranchId left : held()) {
            repeated(() -> {
                resource.rollback(left);
                return null;
            });
        }
    }

    static BranchId nextBranch() {
        return branchOf(PARTICIPANT);
    }

    static BranchId branchOf(String participant) {
        long number = NUMBER.incrementAndGet();
        return new BranchId(
                INSTALLATION,
                TransactionId.of(GENERATION.get(), number),
                participant,
                String.format("%016x", 0xa77e_0000_0000L + number));
    }

    /** Every generation so far is gone, as after a collection; the next branches are of a new one. */
    static void forgetWhatWas(Resource resource) throws Exception {
        resource.forgetBefore(INSTALLATION, GENERATION.incrementAndGet());
    }

    /** The branches of this run that the resource holds. */
    List<BranchId> held() throws Exception {
        return resource.recover(PARTICIPANT).stream()
                .filter(branch -> branch.installation().equals(INSTALLATION))
                .toList();
    }

    static void given(String what, boolean holds) {
        assumeTrue(holds, "not for this resource: " + what);
    }

    /** The answer, or nothing where the call failed as "unknown". */
    static <T> Optional<T> tried(Callable<T> call) throws Exception {
        try {
            return Optional.ofNullable(call.call());
        } catch (HeuristicException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            return Optional.empty();
        }
    }

    /** Repeats a call that fails as "unknown", as a participant does. */
    static Void repeated(Callable<Void> call) throws Exception {
        AtomicReference<Exception> last = new AtomicReference<>();
        try {
            Await.until("the call succeeds", PATIENCE, () -> {
                try {
                    call.call();
                    return true;
                } catch (HeuristicException e) {
                    throw e;
                } catch (Exception e) {
                    last.set(e);
                    return false;
                }
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage(), last.get());
        }
        return null;
    }

    static <T> void together(int times, Callable<T> call) throws Exception {
        together(Collections.nCopies(times, call));
    }

    static void together(Callable<?> one, Callable<?> other) throws Exception {
        together(List.of(one, other));
    }

    private static void together(List<? extends Callable<?>> calls) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(calls.size());
        CountDownLatch ready = new CountDownLatch(calls.size());
        try {
            List<Future<?>> all = new ArrayList<>();
            for (Callable<?> call : calls) {
                all.add(pool.submit(() -> {
                    ready.countDown();
                    assertTrue(ready.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
                    return call.call();
                }));
            }
            for (Future<?> each : all) {
                each.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /** Runs {@code call} on a thread of its own until it ends. */
    static CompletableFuture<Void> meanwhile(Callable<Void> call) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                call.call();
                ended.complete(null);
            } catch (Exception | AssertionError e) {
                ended.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return ended;
    }
}
