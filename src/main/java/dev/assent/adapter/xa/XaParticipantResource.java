package dev.assent.adapter.xa;

import dev.assent.adapter.RefusedException;
import dev.assent.adapter.jdbc.BranchTable.Standing;
import dev.assent.participant.EnlistableResource;
import dev.assent.participant.EnlistedBranch;
import dev.assent.participant.HeuristicException;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;

/**
 * Any XA resource as a participant (X/Open XA as {@code javax.transaction.xa} spells it). A branch is worked in and
 * prepared on an XA connection of its own, and finished on any other.
 *
 * <p>YES is voted only after another connection was told the branch by {@code recover}: a resource manager may answer
 * prepare with OK and have prepared nothing. That a branch is unknown (XAER_NOTA) is no evidence: while it is listed
 * somebody owns it and the call is repeated, and once it is not the {@link Evidence} says how it ended.
 *
 * <p>A rollback first takes back what is prepared, then makes its fence durable, then looks again; a prepare looks for the
 * fence after it prepared. So of a late prepare and a rollback at least one sees the other. Thread-safe.
 *
 * @param <B> what a service that enlisted works with
 * @param <L> the connections
 */
final class XaParticipantResource<B, L extends XaLink<B>> implements EnlistableResource<B> {
    /** How long a branch that nobody lists may take to show its proof, once no other call can be committing it. */
    private static final long PROOF_NANOS = Duration.ofSeconds(2).toNanos();

    private static final long LOOK_AGAIN_MS = 50;

    private final String kind;
    private final String identity;
    private final XaLink.Source<L> source;
    private final Evidence<? super L> evidence;
    private final BranchLocks locks = new BranchLocks();
    private final Map<BranchId, L> open = new ConcurrentHashMap<>();
    private final Map<BranchId, Prepared> answers = Bounded.map();
    private final HeuristicBranches heuristics = new HeuristicBranches();

    XaParticipantResource(String kind, String identity, XaLink.Source<L> source, Evidence<? super L> evidence) {
        this.kind = kind;
        this.identity = identity;
        this.source = source;
        this.evidence = evidence;
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public String identity() {
        return identity;
    }

    /** Opens the branch on a connection of its own. */
    @Override
    public B open(EnlistedBranch enlisted) throws Exception {
        return locks.alone(enlisted.branch(), () -> openNow(enlisted));
    }

    private B openNow(EnlistedBranch enlisted) throws Exception {
        BranchId branch = enlisted.branch();
        L before = open.get(branch);
        if (before != null) {
            return before.handOut(enlisted);
        }
        if (answers.containsKey(branch)) {
            throw new RefusedException("branch " + branch + " was prepared or rolled back before");
        }
        L link = source.open();
        try {
            evidence.expect(link, branch.installation());
            XaBranches.start(link, branch);
            open.put(branch, link);
            return link.handOut(enlisted);
        } catch (Exception e) {
            link.close();
            throw e;
        }
    }

    /** Ends what a service works in, also in the middle of a call. */
    private void discard(BranchId branch) {
        L enlisted = open.remove(branch);
        if (enlisted != null) {
            answers.put(branch, rolledBackBefore(branch));
            enlisted.release();
            enlisted.breakOff();
        }
    }

    @Override
    public Prepared prepare(BranchId branch, byte[] payload) throws Exception {
        return locks.alone(branch, () -> {
            Optional<Prepared> before = before(branch);
            if (before.isPresent()) {
                discard(branch);
            }
            Prepared answer = before.isPresent() ? before.get() : prepareNow(branch, payload);
            answers.put(branch, answer);
            return answer;
        });
    }

    /** The answer that an earlier call, or another process, has made sure of. */
    private Optional<Prepared> before(BranchId branch) throws Exception {
        try (L own = source.open()) {
            if (XaBranches.listed(own, branch)) {
                return Optional.of(preparedInTime(own, branch));
            }
            if (evidence.forgotten(own, branch)) {
                return Optional.of(Prepared.no("branch " + branch + " is of a generation that is gone"));
            }
            switch (evidence.standing(own, branch)) {
                case COMMITTED -> {
                    return Optional.of(Prepared.yes());
                }
                case FENCED -> {
                    return Optional.of(rolledBackBefore(branch));
                }
                case NONE -> {}
            }
            evidence.expect(own, branch.installation());
            return Optional.ofNullable(answers.get(branch));
        }
    }

    private static Prepared rolledBackBefore(BranchId branch) {
        return Prepared.no("branch " + branch + " was rolled back before");
    }

    private Prepared prepareNow(BranchId branch, byte[] payload) throws Exception {
        L enlisted = open.remove(branch);
        if (enlisted != null) {
            // Its work cannot be done again, whatever becomes of this call.
            answers.put(branch, Prepared.no("preparing the enlisted branch " + branch + " failed before"));
        }
        Optional<Prepared> answer;
        try (L link = enlisted == null ? source.open() : enlisted) {
            if (enlisted == null) {
                XaBranches.start(link, branch);
            }
            answer = worked(link, branch, payload, enlisted != null);
            if (answer.isEmpty()) {
                answer = ended(link, branch);
            }
        }
        return answer.isPresent() ? answer.get() : verified(branch);
    }

    /** Does what is left of the work; an answer where there is nothing to prepare. */
    private Optional<Prepared> worked(L link, BranchId branch, byte[] payload, boolean done) throws Exception {
        Prepared answer;
        try {
            if (!done) {
                source.requireWork();
                link.work(branch, payload);
            }
            link.release();
            Optional<Exception> failure = link.failure();
            if (failure.isPresent()) {
                answer = Prepared.no("a call of the work failed: " + XaCodes.describe(failure.get()));
            } else if (link.changed()) {
                Optional<String> objection = link.objection();
                if (objection.isEmpty()) {
                    evidence.mark(link, branch);
                    return Optional.empty();
                }
                answer = Prepared.no(objection.get());
            } else {
                answer = Prepared.readOnly();
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            answer = Prepared.no(XaCodes.describe(e));
        }
        // Not prepared: where the connection is lost, the resource takes the branch back by itself.
        XaBranches.cancel(link, branch);
        return Optional.of(answer);
    }

    /** Prepares; an answer where nothing was prepared. */
    private Optional<Prepared> ended(L link, BranchId branch) throws XAException {
        try {
            return XaBranches.prepare(link, branch) == XaBranches.Answer.READ_ONLY
                    ? Optional.of(Prepared.readOnly())
                    : Optional.empty();
        } catch (XAException e) {
            if (XaCodes.unanswered(e)) {
                throw e;
            }
            XaBranches.cancel(link, branch);
            if (!XaCodes.rolledBack(e) && XaBranches.listed(link, branch)) {
                throw e;
            }
            return Optional.of(Prepared.no(XaCodes.describe(e)));
        }
    }

    /** Looks from elsewhere whether the branch is prepared, and may be. */
    private Prepared verified(BranchId branch) throws Exception {
        try (L own = source.open()) {
            if (!XaBranches.listed(own, branch)) {
                return Prepared.no("the resource answered that it prepared the branch, and lists nothing: a call of the"
                        + " work failed unnoticed, or the branch was rolled back meanwhile");
            }
            return preparedInTime(own, branch);
        }
    }

    /** Takes back what was prepared behind a fence. */
    private Prepared preparedInTime(L link, BranchId branch) throws Exception {
        if (evidence.tooLate(link, branch)) {
            rollBackPrepared(link, branch);
            return rolledBackBefore(branch);
        }
        return Prepared.yes();
    }

    @Override
    public void commit(BranchId branch) throws Exception {
        locks.alone(branch, () -> commitNow(branch));
    }

    private Void commitNow(BranchId branch) throws Exception {
        try (L link = source.open()) {
            Optional<XAException> told = XaBranches.commit(link, branch);
            if (told.isPresent() && !committedByItself(link, branch, told.get())) {
                awaitProof(link, branch, told.get());
            }
            evidence.committed(branch);
            return null;
        }
    }

    private boolean committedByItself(L link, BranchId branch, XAException told) throws Exception {
        Optional<BranchOutcome> heuristic = XaCodes.heuristic(told);
        if (heuristic.isEmpty()) {
            if (XaCodes.unknownBranch(told) || XaCodes.rolledBack(told)) {
                return false;
            }
            throw told;
        }
        if (heuristic.get() == BranchOutcome.HEURISTIC_COMMIT) {
            // As decided, so there is nothing to record before the resource may forget it.
            XaBranches.forget(link, branch);
            return true;
        }
        heuristics.told(branch);
        throw XaCodes.told(heuristic.get(), branch, told);
    }

    /** Returns where there is evidence that the branch committed. */
    private void awaitProof(L link, BranchId branch, XAException told) throws Exception {
        boolean settled = false;
        long start = System.nanoTime();
        while (true) {
            if (XaBranches.listed(link, branch)) {
                // Some resources let only the connection that prepared finish a branch, as long as it lives.
                throw told;
            }
            switch (evidence.standing(link, branch)) {
                case COMMITTED -> {
                    return;
                }
                case FENCED ->
                    throw new HeuristicException(
                            BranchOutcome.HEURISTIC_ROLLBACK, "branch " + branch + " was rolled back here");
                case NONE -> {
                    // Its record is gone, and went only after the acknowledgement that it was applied here (rule 4).
                    if (evidence.forgotten(link, branch)) {
                        return;
                    }
                }
            }
            if (!settled) {
                evidence.settle(link, branch);
                settled = true;
                start = System.nanoTime();
            }
            if (System.nanoTime() - start > PROOF_NANOS) {
                throw new HeuristicException(
                        XaCodes.rolledBack(told) ? BranchOutcome.HEURISTIC_ROLLBACK : BranchOutcome.HEURISTIC_HAZARD,
                        "branch " + branch + " is neither prepared nor is there a proof of its commit in "
                                + evidence.keeper() + "; commit answered " + XaCodes.describe(told));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
    }

    @Override
    public void rollback(BranchId branch) throws Exception {
        discard(branch);
        locks.alone(branch, () -> rollBackNow(branch));
    }

    private Void rollBackNow(BranchId branch) throws Exception {
        // One that was being opened when the call came.
        discard(branch);
        try (L link = source.open()) {
            rollBackPrepared(link, branch);
            Standing standing =
                    evidence.forgotten(link, branch) ? evidence.standing(link, branch) : evidence.fence(link, branch);
            if (standing == Standing.COMMITTED) {
                throw new HeuristicException(
                        BranchOutcome.HEURISTIC_COMMIT, "branch " + branch + " was committed here");
            }
            answers.put(branch, rolledBackBefore(branch));
            if (XaBranches.listed(link, branch)) {
                rollBackPrepared(link, branch);
            }
            return null;
        }
    }

    private void rollBackPrepared(L link, BranchId branch) throws XAException, HeuristicException {
        Optional<XAException> told = XaBranches.rollback(link, branch);
        if (told.isEmpty() || XaCodes.rolledBack(told.get())) {
            return;
        }
        Optional<BranchOutcome> heuristic = XaCodes.heuristic(told.get());
        if (heuristic.isPresent() && heuristic.get() == BranchOutcome.HEURISTIC_ROLLBACK) {
            XaBranches.forget(link, branch);
        } else if (heuristic.isPresent()) {
            heuristics.told(branch);
            throw XaCodes.told(heuristic.get(), branch, told.get());
        } else if (!XaCodes.unknownBranch(told.get()) || XaBranches.listed(link, branch)) {
            throw told.get();
        }
    }

    @Override
    public Collection<BranchId> recover(String participant) throws Exception {
        try (L link = source.open()) {
            return XaBranches.listed(link).stream()
                    .filter(branch -> branch.participant().equals(participant))
                    .toList();
        }
    }

    @Override
    public void forgetBefore(UUID installation, long generation) throws Exception {
        try (L link = source.open()) {
            evidence.forget(link, installation, generation);
            for (BranchId branch : heuristics.recorded(installation, generation)) {
                XaBranches.forget(link, branch);
                heuristics.forgotten(branch);
            }
        }
    }
}
