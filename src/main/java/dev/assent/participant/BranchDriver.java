package dev.assent.participant;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.BranchWork.Effect;
import dev.assent.protocol.BranchWork.Event;
import dev.assent.protocol.BranchWork.State;
import dev.assent.protocol.Decision;
import dev.assent.protocol.Machine;
import dev.assent.protocol.Slot;
import dev.assent.protocol.Vote;
import dev.assent.store.Backoff;
import dev.assent.store.Loop;
import dev.assent.store.Op;
import dev.assent.store.WriteResult;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one branch through {@link dev.assent.protocol.CommitProtocol#branch()}: feeds what was read ({@link Lookout}),
 * written and answered by the resource as events and carries out the effects of each step. There is at most one for a
 * branch in a process. Lives on the loop.
 */
final class BranchDriver implements Lookout.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(BranchDriver.class);
    /** States in which YES may be cast and the decision is not known here. */
    private static final Set<State> DOUBT = EnumSet.of(State.VOTING_YES, State.IN_DOUBT);
    /** What still happens once the instance closes; a branch that is prepared then waits for the next process. */
    private static final Set<Effect> WHILE_CLOSING = EnumSet.of(
            Effect.WRITE_READ_ONLY,
            Effect.WRITE_NO,
            Effect.ACKNOWLEDGE,
            Effect.REPORT_COMMITTED,
            Effect.REPORT_ABORTED,
            Effect.REMOVE_INBOX_ENTRY,
            Effect.RECORD_IF_HEURISTIC);

    private enum Doing {
        NOTHING,
        WRITING,
        CALLING
    }

    private final Instance at;
    private final BranchHost host;
    private final BranchId branch;
    private final BranchWrites writes;
    private final BranchCalls calls;
    private final Machine<State, Event, Effect> machine;
    private final Lookout lookout;
    private final Backoff pauses;
    private final boolean enlisted;

    private Doing doing = Doing.NOTHING;
    // Whatever answers an earlier turn is stale.
    private long turn;
    private boolean asked;
    private boolean presumed;
    private boolean keeping;
    private boolean over;
    private Loop.Timer nextCall;
    private Effect lastCall;
    private long doubtSince;

    private String reason = "";
    private BranchOutcome outcome = BranchOutcome.ABORTED;
    private String evidence = "";

    BranchDriver(Instance at, BranchHost host, BranchId branch, State start, byte[] payload, BranchReader reader) {
        this.at = at;
        this.host = host;
        this.branch = branch;
        this.writes = new BranchWrites(at, branch);
        this.calls = new BranchCalls(at, branch, payload);
        this.machine = at.protocol.branch().start(start, branch);
        this.pauses = at.pauses();
        this.lookout = new Lookout(at, branch, machine, reader, pauses, this);
        this.enlisted = start == State.ENLISTED;
    }

    BranchId branch() {
        return branch;
    }

    State state() {
        return machine.state();
    }

    /** Whether the branch was opened by enlisting. */
    boolean enlisted() {
        return enlisted;
    }

    /** Since when, on the loop's clock, the branch has been in doubt here; nothing if it is not. */
    Optional<Long> doubtSince() {
        return DOUBT.contains(machine.state()) ? Optional.of(doubtSince) : Optional.empty();
    }

    /** Whether the branch waits for a recovery pass to say what a missing record means. */
    boolean asked() {
        return asked && !over;
    }

    /** Takes the step for {@code event} and begins whatever follows. */
    void fire(Event event) {
        State before = machine.state();
        List<Effect> effects = machine.fire(event);
        State after = machine.state();
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "{}: {} epoch {} attempt {}: {} --{}--> {} {}",
                    at,
                    branch.transaction(),
                    lookout.epoch(),
                    branch.attempt(),
                    before,
                    event,
                    after,
                    effects);
        }
        turn++;
        doing = Doing.NOTHING;
        cancelCall();
        lookout.stop();
        asked = asked && event == Event.READ_ABSENT;
        if (after != before) {
            pauses.reset();
            lookout.stateChanged();
            if (DOUBT.contains(after) && !DOUBT.contains(before)) {
                doubtSince = at.loop.nanoTime();
            }
        }
        for (Effect effect : effects) {
            if (!at.closing() || WHILE_CLOSING.contains(effect)) {
                carryOut(effect);
            }
        }
        endIfDone();
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case PREPARE, COMMIT, ROLL_BACK, COMMIT_ONE_PHASE, RESOLVE_ONE_PHASE -> call(effect);
            case WRITE_YES -> vote(Vote.YES, "");
            case WRITE_READ_ONLY -> vote(Vote.READ_ONLY, "");
            case WRITE_NO -> vote(Vote.NO, reason.isEmpty() ? "the attempt that held the branch is gone" : reason);
            case WRITE_DELEGATED -> vote(Vote.DELEGATED, "");
            case READ -> lookout.readBack();
            case AWAIT_DECISION -> lookout.awaitDecision();
            case RECOVER -> {
                asked = true;
                host.recoveryWanted(this);
            }
            case ACKNOWLEDGE -> write(writes.acknowledge(ownVote(), outcome, evidence), at::writeLazily);
            case REPORT_COMMITTED -> write(writes.report(ownVote(), BranchOutcome.COMMITTED));
            case REPORT_ABORTED -> write(writes.report(ownVote(), BranchOutcome.ABORTED));
            case REMOVE_INBOX_ENTRY -> removeEntry();
            case RECORD_IF_HEURISTIC -> {
                if (outcome.heuristic()) {
                    keepHeuristic();
                }
            }
            case REPEAT_LATER ->
                nextCall = at.loop.schedule(pauses.next(), () -> {
                    nextCall = null;
                    call(lastCall);
                });
        }
    }

    private Slot ownVote() {
        return lookout.vote()
                .orElseThrow(() -> new IllegalStateException("no vote of this branch was seen: " + machine));
    }

    private void vote(Vote kind, String why) {
        if (kind == Vote.NO) {
            LOG.info("{}: {} epoch 0 votes NO: {}", at, branch.transaction(), why);
        }
        write(writes.vote(kind, why));
    }

    private void write(BranchWrites.Change change) {
        write(change, at::write);
    }

    private void write(BranchWrites.Change change, Function<List<Op>, CompletableFuture<WriteResult>> submission) {
        doing = Doing.WRITING;
        long mine = turn;
        at.when(submission.apply(change.operations()), (result, failure) -> {
            if (mine == turn) {
                written(change, failure == null ? result : WriteResult.lost(failure.toString()));
            }
        });
    }

    private void written(BranchWrites.Change change, WriteResult result) {
        if (result.ok()) {
            lookout.wrote(change.slot());
            fire(Event.WRITTEN);
            return;
        }
        writes.learn(change, result);
        fire(Event.WRITE_UNSURE);
    }

    // The entry that stays is found by the next rescan, which removes it.
    private void removeEntry() {
        at.when(at.write(List.of(writes.deleteEntry())), (result, failure) -> {
            if (failure != null || !result.ok()) {
                LOG.debug("{}: {} inbox entry not removed: {} {}", at, branch.transaction(), result, failure);
            }
        });
    }

    private void call(Effect effect) {
        doing = Doing.CALLING;
        lastCall = effect;
        long mine = turn;
        calls.run(effect, answer -> {
            if (mine == turn) {
                answered(answer);
            }
        });
    }

    private void answered(BranchCalls.Answer answer) {
        calls.log(lastCall, answer, lookout.epoch());
        switch (answer.event()) {
            case REFUSED, PREPARE_FAILED ->
                reason = answer.detail().isBlank() ? "the resource refused" : answer.detail();
            case APPLIED -> {
                outcome = lastCall == Effect.ROLL_BACK ? BranchOutcome.ABORTED : BranchOutcome.COMMITTED;
                evidence = "";
            }
            case HEURISTIC -> {
                outcome = answer.outcome().orElse(BranchOutcome.HEURISTIC_HAZARD);
                evidence = answer.detail();
            }
            default -> {}
        }
        fire(answer.event());
    }

    @Override
    public boolean idle() {
        return doing == Doing.NOTHING && nextCall == null && !over;
    }

    @Override
    public void seen(Event event) {
        fire(event);
    }

    /** Something may have changed. */
    void hint() {
        lookout.hint();
    }

    /** A session can be used: a new one, or one whose watches may have missed anything (rule 7). */
    void connected() {
        lookout.hint();
    }

    /** The periodic look (rule 7); leaves a pause that is under way alone. */
    void reconsider() {
        lookout.reconsider();
    }

    /** An enlisted branch is asked to prepare. */
    void claim() {
        if (doing == Doing.NOTHING && machine.accepts(Event.CLAIMED)) {
            fire(Event.CLAIMED);
        }
    }

    /** Nobody asked an enlisted branch to prepare for its whole timeout. */
    void timedOut() {
        if (machine.accepts(Event.TIMED_OUT)) {
            LOG.info("{}: {} epoch 0: nobody asked to prepare the enlisted branch: undone", at, branch.transaction());
            fire(Event.TIMED_OUT);
        }
    }

    /** A recovery pass found no record (rule 5). */
    void concluded(Event conclusion) {
        boolean own = branch.attempt().equals(at.attempt);
        Event event = conclusion == Event.NOTHING_LEFT && own && machine.accepts(Event.NOTHING_OF_OWN_LEFT)
                ? Event.NOTHING_OF_OWN_LEFT
                : conclusion;
        if (!over && doing == Doing.NOTHING && machine.accepts(event)) {
            LOG.info("{}: {} epoch 0: no record: {} in {}", at, branch, event, machine.state());
            presumed = true;
            fire(event);
        }
    }

    private void keepHeuristic() {
        keeping = true;
        new HeuristicKeeper(at, branch).keep(decision(), outcome, evidence, () -> {
            keeping = false;
            endIfDone();
        });
    }

    // Without a record, by a pass's word, it is ABORT; a branch that does not count may be undone before any decision.
    private Optional<Decision> decision() {
        return lookout.decision().or(() -> presumed ? Optional.of(Decision.ABORT) : Optional.empty());
    }

    private void endIfDone() {
        if (machine.ended() && !keeping && !over) {
            over = true;
            cancelCall();
            lookout.close();
            host.ended(this);
        }
    }

    private void cancelCall() {
        if (nextCall != null) {
            nextCall.cancel();
            nextCall = null;
        }
    }

    @Override
    public String toString() {
        return machine.toString();
    }
}
