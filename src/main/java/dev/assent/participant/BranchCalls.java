package dev.assent.participant;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.BranchWork.Effect;
import dev.assent.protocol.BranchWork.Event;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The resource's calls for one branch, and what their answers mean. */
final class BranchCalls {
    private static final Logger LOG = LoggerFactory.getLogger(BranchCalls.class);

    /**
     * What the resource said.
     *
     * @param event what to feed
     * @param detail why, for people
     * @param outcome the heuristic outcome, if it is one
     */
    record Answer(Event event, String detail, Optional<BranchOutcome> outcome) {
        static Answer of(Event event) {
            return new Answer(event, "", Optional.empty());
        }
    }

    private final Instance at;
    private final BranchId branch;
    private final byte[] payload;

    BranchCalls(Instance at, BranchId branch, byte[] payload) {
        this.at = at;
        this.branch = branch;
        this.payload = payload;
    }

    /** Makes the call that {@code effect} asks for, on the pool, and hands the answer over on the loop. */
    void run(Effect effect, Consumer<Answer> then) {
        ResourceCalls.Lane lane = effect == Effect.PREPARE || effect == Effect.COMMIT_ONE_PHASE
                ? ResourceCalls.Lane.PREPARE
                : ResourceCalls.Lane.FINISH;
        at.calls.run(
                lane,
                () -> call(effect),
                (answer, failure) -> then.accept(failure == null ? answer : failed(effect, failure)));
    }

    /** Tells people of what went wrong. */
    void log(Effect effect, Answer answer, long epoch) {
        if (answer.event() == Event.HEURISTIC) {
            LOG.error(
                    "{}: {} epoch {}: the resource broke its promise at {}: {}: {}",
                    at,
                    branch,
                    epoch,
                    effect,
                    answer.outcome().orElse(BranchOutcome.HEURISTIC_HAZARD),
                    answer.detail());
        } else if (answer.event() == Event.APPLY_FAILED) {
            LOG.warn("{}: {} epoch {}: {} failed, to be repeated: {}", at, branch, epoch, effect, answer.detail());
        }
    }

    private Answer call(Effect effect) throws Exception {
        switch (effect) {
            case PREPARE -> {
                return prepared(at.resource.prepare(branch, payload));
            }
            case COMMIT -> at.resource.commit(branch);
            case ROLL_BACK -> at.resource.rollback(branch);
            case COMMIT_ONE_PHASE -> {
                return onePhase(onePhaseResource().commitOnePhase(branch, payload));
            }
            case RESOLVE_ONE_PHASE -> {
                return onePhase(onePhaseResource().resolve(branch));
            }
            default -> throw new IllegalArgumentException(effect + " is no call of the resource");
        }
        return Answer.of(Event.APPLIED);
    }

    private static Answer prepared(Prepared prepared) {
        return switch (prepared.answer()) {
            case YES -> Answer.of(Event.PREPARED);
            case READ_ONLY -> Answer.of(Event.NOTHING_CHANGED);
            case NO -> new Answer(Event.REFUSED, prepared.reason(), Optional.empty());
        };
    }

    private static Answer onePhase(OnePhaseResource.OnePhase result) {
        return Answer.of(
                switch (result) {
                    case COMMITTED -> Event.APPLIED;
                    case FENCED -> Event.FENCED;
                });
    }

    private OnePhaseResource onePhaseResource() {
        if (at.resource instanceof OnePhaseResource onePhase) {
            return onePhase;
        }
        throw new IllegalStateException("branch " + branch + " was delegated to a resource that commits in one phase, "
                + at.resource.getClass().getName() + " does not: start the instance with the resource it had before");
    }

    private static Answer failed(Effect effect, Throwable failure) {
        if (effect == Effect.PREPARE) {
            return new Answer(Event.PREPARE_FAILED, "prepare failed: " + failure, Optional.empty());
        }
        boolean secondPhase = effect == Effect.COMMIT || effect == Effect.ROLL_BACK;
        if (secondPhase && failure instanceof HeuristicException broken) {
            return new Answer(Event.HEURISTIC, String.valueOf(broken.getMessage()), Optional.of(broken.outcome()));
        }
        return new Answer(Event.APPLY_FAILED, failure.toString(), Optional.empty());
    }
}
