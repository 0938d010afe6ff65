package dev.assent.coordinator;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Coordination;
import dev.assent.protocol.Decision;
import dev.assent.protocol.Slot;
import dev.assent.protocol.Tally;
import dev.assent.protocol.Verdict;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what the machines ask for about decisions: writes them, and tells operators. Lives on the loop. */
final class DecisionDesk {
    private static final Logger LOG = LoggerFactory.getLogger(DecisionDesk.class);

    private final Term term;
    private final Context context;
    private final TransactionBook book;

    DecisionDesk(Term term, Context context, TransactionBook book) {
        this.term = term;
        this.context = context;
        this.book = book;
    }

    void commit(Pending p) {
        Verdict verdict = new Verdict(Decision.COMMIT, term.epoch(), "");
        write(p, verdict, Decider.commit(p.view, verdict), Coordination.Event.ALL_PREPARED);
    }

    void abort(Pending p, Coordination.Event cause) {
        Optional<Tally.Witness> witness = p.view.abortWitness();
        if (witness.isEmpty()) {
            // Rule 2 leaves nothing to check: not written, and looked at again.
            term.loop().execute(() -> term.guard(() -> book.written(p, Coordination.Event.DECISION_UNSURE)));
            return;
        }
        String reason = cause == Coordination.Event.OPERATOR_ABORT
                ? p.operators.get(0).reason()
                : Decider.reason(cause, p.view);
        Verdict verdict = new Verdict(Decision.ABORT, term.epoch(), reason);
        write(p, verdict, Decider.abort(p.view, witness.get(), verdict), cause);
        // What the multi creates is part of what has to be collected.
        p.dirty |= witness.get().kind() == Tally.Witness.Kind.CREATE_EMPTY_LIST
                || witness.get().kind() == Tally.Witness.Kind.CREATE_SLOT
                || p.view.slotsAssumed();
    }

    private void write(Pending p, Verdict verdict, List<Op> ops, Coordination.Event cause) {
        term.writes().submit(ops, result -> written(p, verdict, cause, result));
    }

    private void written(Pending p, Verdict verdict, Coordination.Event cause, WriteResult result) {
        if (!result.ok()) {
            context.counters().unsure++;
            LOG.debug("{}: epoch {} {}: {} not written: {}", context.id(), term.epoch(), p.id, verdict, result);
            if (result.status() == WriteResult.Status.TOO_LARGE || result.status() == WriteResult.Status.NO_AUTH) {
                context.reporter().steppedOver(Paths.record(p.id), "cannot be decided: " + result.detail());
            }
            book.written(p, Coordination.Event.DECISION_UNSURE);
            return;
        }
        p.failures = 0;
        p.backoff.reset();
        p.decidedHere = true;
        p.view = p.view.decided(verdict);
        if (verdict.decision() == Decision.COMMIT) {
            context.counters().committed++;
        } else {
            context.counters().aborted++;
        }
        if (cause == Coordination.Event.EXPIRED || cause == Coordination.Event.OPERATOR_ABORT) {
            context.counters().timeouts += cause == Coordination.Event.EXPIRED ? 1 : 0;
            LOG.info("{}: epoch {} {}: ABORT: {}", context.id(), term.epoch(), p.id, verdict.reason());
        }
        book.written(p, Coordination.Event.DECISION_WRITTEN);
    }

    /** Tells those who wait what the decision is, once there is one. */
    void answerOperators(Pending p) {
        if (p.operators.isEmpty() || !(p.decided() || p.state() == Coordination.State.COMMITTING)) {
            return;
        }
        String reason = p.view.verdict().map(Verdict::reason).orElse("");
        List<OperationDesk.Request> waiting = new ArrayList<>(p.operators);
        for (OperationDesk.Request request : waiting) {
            // Also after a takeover: the decision names the request that it carries out.
            if (p.decided() && request.isReason(reason)) {
                p.operators.remove(request);
                request.done("ABORT was written");
            }
        }
        if (!p.operators.isEmpty() && p.machine.accepts(Coordination.Event.OPERATOR_ABORT)) {
            book.fire(p, Coordination.Event.OPERATOR_ABORT);
        }
    }

    void refuseDecided(Pending p) {
        String text = p.view.verdict()
                .map(verdict -> "already decided: " + verdict.decision()
                        + (verdict.reason().isEmpty() ? "" : " (" + verdict.reason() + ")"))
                .orElse("already determined: every participant voted YES, COMMIT is being written");
        refuseOperators(p, text);
    }

    void refuseOperators(Pending p, String text) {
        List<OperationDesk.Request> waiting = List.copyOf(p.operators);
        p.operators.clear();
        waiting.forEach(request -> request.refuse(text));
    }

    /** One line for each transaction whose resource broke its promise (rule 11). */
    void reportHeuristic(Pending p) {
        if (p.heuristicSeen) {
            return;
        }
        for (String name : p.view.participants()) {
            Optional<BranchOutcome> outcome =
                    p.view.slot(name).slot().flatMap(Slot::outcome).filter(BranchOutcome::heuristic);
            if (outcome.isPresent()) {
                p.heuristicSeen = true;
                context.counters().heuristics++;
                LOG.info(
                        "{}: epoch {} {}: decided {}, but {} reports {}",
                        context.id(),
                        term.epoch(),
                        p.id,
                        p.view.verdict().map(Verdict::decision).orElse(null),
                        name,
                        outcome.get());
                return;
            }
        }
    }
}
