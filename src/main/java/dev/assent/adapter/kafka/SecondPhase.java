package dev.assent.adapter.kafka;

import dev.assent.participant.HeuristicException;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends branches as decided, whoever prepared them: by what the coordinator shows and in steps that fail where it shows
 * something else meanwhile ({@link KafkaResource} says why that is safe). Thread-safe.
 */
final class SecondPhase {
    private static final Logger LOG = LoggerFactory.getLogger(SecondPhase.class);

    private final Transactions transactions;
    private final Map<UUID, Long> forgotten = new ConcurrentHashMap<>();

    SecondPhase(Transactions transactions) {
        this.transactions = transactions;
    }

    void forgetBefore(UUID installation, long generation) {
        forgotten.merge(installation, generation, Math::max);
    }

    /** Returns once the commit is seen. */
    void commit(BranchId branch) throws IOException, InterruptedException, HeuristicException {
        Look look = new Look("commit of", branch);
        while (true) {
            Optional<Standing> found = transactions.find(branch);
            if (found.isEmpty()) {
                if (forgotten(branch)) {
                    return;
                }
                // Only a write tells an id that is unknown from one that a deposed coordinator does not know.
                if (transactions.claim(branch).isPresent()) {
                    throw lost(branch);
                }
            } else if (committed(branch, found.get())) {
                return;
            }
            look.again();
        }
    }

    private boolean committed(BranchId branch, Standing found)
            throws IOException, InterruptedException, HeuristicException {
        switch (found.state()) {
            case COMPLETE_COMMIT -> {
                requireOwn(branch, found, found.epoch() == Standing.COMMITTED);
                return true;
            }
            case PREPARE_COMMIT, UNKNOWN -> {
                return false;
            }
            case ONGOING -> {
                requireOwn(branch, found, found.epoch() == Standing.WORKING);
                return transactions.end(branch, found, true) && complete(branch);
            }
            case EMPTY -> {
                // An abort and an initialization lead here, and so do a commit and one.
                requireOwn(branch, found, found.epoch() <= Standing.COMMITTED);
                if (found.epoch() > Standing.CLAIMED) {
                    throw rolledBack(branch, found);
                }
                if (forgotten(branch)) {
                    return true;
                }
                throw lost(branch);
            }
            default -> throw rolledBack(branch, found);
        }
    }

    private static void requireOwn(BranchId branch, Standing found, boolean own) throws HeuristicException {
        if (!own) {
            throw new HeuristicException(
                    BranchOutcome.HEURISTIC_HAZARD,
                    "what the coordinator shows under the id of branch " + branch + " is not of the branch: " + found
                            + "; somebody else uses the transactional id");
        }
    }

    private boolean complete(BranchId branch) throws IOException, InterruptedException {
        return transactions
                .find(branch)
                .filter(now -> now.state() == TransactionState.COMPLETE_COMMIT)
                .isPresent();
    }

    private static HeuristicException rolledBack(BranchId branch, Standing found) {
        return new HeuristicException(
                BranchOutcome.HEURISTIC_ROLLBACK,
                "branch " + branch + " is not committed here and cannot be any more: " + found
                        + "; it was rolled back, or the broker aborted it after transaction.timeout.ms");
    }

    private static HeuristicException lost(BranchId branch) {
        return new HeuristicException(
                BranchOutcome.HEURISTIC_HAZARD,
                "branch " + branch + " is not known here: it was never prepared, or ended longer ago than"
                        + " transactional.id.expiration.ms");
    }

    private boolean forgotten(BranchId branch) {
        return branch.transaction().generation() < forgotten.getOrDefault(branch.installation(), 0L);
    }

    /** Returns once nothing of the branch is open and nothing can be. */
    void fence(BranchId branch) throws IOException, InterruptedException, HeuristicException {
        Look look = new Look("rollback of", branch);
        while (!fenced(branch)) {
            look.again();
        }
    }

    /** One step towards a state in which nothing of the branch is open and nothing can be; whether it is reached. */
    private boolean fenced(BranchId branch) throws IOException, InterruptedException, HeuristicException {
        Optional<Standing> found = transactions.find(branch);
        if (found.isEmpty() || found.get().epoch() < Standing.CLAIMED) {
            return transactions.claim(branch).isPresent();
        }
        Standing seen = found.get();
        return switch (seen.state()) {
            case COMPLETE_ABORT -> true;
            case EMPTY -> seen.epoch() > Standing.WORKING || transactions.fence(branch, seen);
            case ONGOING -> {
                boolean aborted = transactions.end(branch, seen, false);
                LOG.debug("{}: {} is aborted: {}", branch, seen, aborted);
                yield aborted
                        && transactions
                                .find(branch)
                                .filter(now -> now.state() == TransactionState.COMPLETE_ABORT)
                                .isPresent();
            }
            case PREPARE_COMMIT, COMPLETE_COMMIT ->
                throw new HeuristicException(
                        BranchOutcome.HEURISTIC_COMMIT, "branch " + branch + " was committed here: " + seen);
            default -> false;
        };
    }
}
