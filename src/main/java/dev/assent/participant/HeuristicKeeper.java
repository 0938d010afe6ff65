package dev.assent.participant;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.store.Backoff;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.WriteResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a heuristic outcome in the tree where no record is left to carry it (rule 11). Lives on the loop. */
final class HeuristicKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(HeuristicKeeper.class);

    private final Instance at;
    private final BranchId branch;
    private final Backoff pauses;

    HeuristicKeeper(Instance at, BranchId branch) {
        this.at = at;
        this.branch = branch;
        this.pauses = at.pauses();
    }

    /** Writes it, again and again if need be, and calls {@code then} once it is durable.
     *
     * @param decision nothing where the transaction was not known to be decided */
    void keep(Optional<Decision> decision, BranchOutcome outcome, String evidence, Runnable then) {
        OutcomeState transaction = decision.map(
                        made -> made == Decision.COMMIT ? OutcomeState.COMMITTED : OutcomeState.ABORTED)
                .orElse(OutcomeState.PENDING);
        Op create = Op.create(
                Paths.heuristic(at.name, branch.transaction()),
                Records.heuristic(new Records.Heuristic(
                        transaction, Map.of(at.name, outcome), Map.of(at.name, evidence + " (" + branch + ")"))));
        at.when(at.write(List.of(create)), (result, failure) -> {
            // Another branch of the same transaction may have left one: it has the operator's attention already.
            if (failure == null && (result.ok() || result.status() == WriteResult.Status.NODE_EXISTS)) {
                then.run();
            } else {
                LOG.warn("{}: {} heuristic outcome not kept yet: {} {}", at, branch, result, failure);
                at.loop.schedule(pauses.next(), () -> keep(decision, outcome, evidence, then));
            }
        });
    }
}
