package dev.assent.adapter.xa;

import dev.assent.adapter.PreflightException;
import dev.assent.adapter.jdbc.BranchTable.Standing;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.TransactionId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import javax.transaction.xa.XAException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether a resource keeps the promise of prepare: a branch that changes something of Assent's own is prepared, its
 * connection closed, and another one has to list it and take it back. A resource that fails is refused.
 *
 * @param <L> the connections
 */
final class Probe<L extends XaLink<?>> {
    private static final Logger LOG = LoggerFactory.getLogger(Probe.class);

    /** No installation draws it. */
    private static final UUID NOBODY = new UUID(0, 0);

    private static final String NAME = "probe";
    private static final long LEFT_OVER_HOURS = 24;

    private final String resource;
    private final XaLink.Source<L> source;
    private final Evidence<? super L> evidence;
    private final BranchId branch;

    Probe(String resource, XaLink.Source<L> source, Evidence<? super L> evidence) {
        this.resource = resource;
        this.source = source;
        this.evidence = evidence;
        ThreadLocalRandom random = ThreadLocalRandom.current();
        this.branch = new BranchId(
                NOBODY, TransactionId.of(hour(), random.nextLong()), NAME, String.format("%016x", random.nextLong()));
    }

    static boolean isProbe(BranchId branch) {
        return branch.installation().equals(NOBODY);
    }

    private static long hour() {
        return Duration.ofMillis(System.currentTimeMillis()).toHours();
    }

    /**
     * Passes or refuses.
     *
     * @throws PreflightException with one line that says what the resource does
     */
    void run() throws PreflightException {
        String doing = "prepare a branch";
        try {
            Optional<String> finding = prepared();
            doing = "take a prepared branch back from another connection";
            if (finding.isEmpty()) {
                finding = takenBack();
            }
            if (finding.isPresent()) {
                throw new PreflightException(List.of(finding.get()));
            }
        } catch (PreflightException e) {
            throw e;
        } catch (Exception e) {
            throw new PreflightException(
                    resource + " is refused: it could not " + doing + ": " + XaCodes.describe(e)
                            + "; see that it runs, and that the user may prepare, list and roll back XA branches",
                    e);
        }
    }

    private Optional<String> prepared() throws Exception {
        try (L link = source.open()) {
            clearLeftOver(link);
            XaBranches.start(link, branch);
            evidence.mark(link, branch);
            if (XaBranches.prepare(link, branch) == XaBranches.Answer.READ_ONLY) {
                return Optional.of(resource + " is refused: it takes a branch with a change for read-only, so a commit"
                        + " would have no effect; let the probe change something that takes part in XA transactions");
            }
            return Optional.empty();
        }
    }

    private Optional<String> takenBack() throws Exception {
        try (L link = source.open()) {
            if (!XaBranches.listed(link, branch)) {
                XaBranches.rollback(link, branch);
                return Optional.of(resource + " is refused: it breaks the promise of a YES vote: once the connection"
                        + " that prepared a branch is closed, recover does not list the branch any more; use a resource"
                        + " whose prepared branches outlive their connection");
            }
            Optional<XAException> told = XaBranches.rollback(link, branch);
            if (told.isPresent()) {
                throw told.get();
            }
            if (XaBranches.listed(link, branch) || evidence.standing(link, branch) != Standing.NONE) {
                return Optional.of(resource + " is refused: it answers the rollback of a prepared branch with success"
                        + " and keeps the branch or its changes; use a resource whose rollback takes back");
            }
            return Optional.empty();
        }
    }

    /** Probes of processes that died in the middle. */
    private void clearLeftOver(L link) throws XAException {
        for (BranchId left : XaBranches.listed(link)) {
            if (isProbe(left) && left.transaction().generation() < hour() - LEFT_OVER_HOURS) {
                XaBranches.rollback(link, left)
                        .ifPresent(told -> LOG.warn("probe {} is left over: {}", left, XaCodes.describe(told)));
            }
        }
    }
}
