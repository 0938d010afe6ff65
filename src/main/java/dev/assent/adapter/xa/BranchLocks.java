package dev.assent.adapter.xa;

import dev.assent.protocol.BranchId;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Lets the calls of this process for one branch come one after the other. Thread-safe. */
final class BranchLocks {
    private record Turn(ReentrantLock lock, int waiting) {}

    private final Map<BranchId, Turn> turns = new ConcurrentHashMap<>();

    /** Makes {@code call} once no other call for the branch runs. */
    <T> T alone(BranchId branch, Callable<T> call) throws Exception {
        ReentrantLock lock = turns.compute(
                        branch,
                        (id, turn) -> turn == null
                                ? new Turn(new ReentrantLock(), 1)
                                : new Turn(turn.lock(), turn.waiting() + 1))
                .lock();
        try {
            lock.lockInterruptibly();
            try {
                return call.call();
            } finally {
                lock.unlock();
            }
        } finally {
            leave(branch);
        }
    }

    private void leave(BranchId branch) {
        turns.computeIfPresent(
                branch, (id, turn) -> turn.waiting() == 1 ? null : new Turn(turn.lock(), turn.waiting() - 1));
    }
}
