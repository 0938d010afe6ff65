package dev.assent.participant;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchWork.Event;
import dev.assent.protocol.RecoveryStep;
import dev.assent.protocol.TransactionRecord;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Node;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One walk through {@link dev.assent.protocol.CommitProtocol#recoveryOrder} on one session: finds the branches that
 * nobody works on, and is the only place that concludes anything from the absence of a record (rule 5). Lives on the
 * loop; used once.
 */
final class RecoveryPass {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryPass.class);
    private static final int READ_TOGETHER = 64;

    /**
     * How a pass ended.
     *
     * @param complete whether it reached its conclusions
     * @param listed how many branches the resource holds
     * @param untouched how many of them had to be left alone and were reported
     * @param heldElsewhere decided branches of running instances: theirs to finish, unless they are still there at the
     *     next pass
     */
    record Result(boolean complete, int listed, int untouched, Set<BranchId> heldElsewhere) {}

    private final Instance at;
    private final Session session;
    private final Branches branches;
    private final Siblings siblings;
    private final Set<BranchId> heldBefore;
    private final Consumer<Result> then;
    private final Iterator<RecoveryStep> steps;
    /** Drivers that wait for this pass's word. */
    private final Map<BranchId, BranchDriver> asking = new LinkedHashMap<>();

    private final Set<BranchId> heldElsewhere = new LinkedHashSet<>();
    private final Map<BranchId, Sighting> found = new LinkedHashMap<>();
    private List<BranchId> listed = List.of();
    private Optional<UUID> installation = Optional.empty();
    private long generation;
    private int untouched;

    RecoveryPass(
            Instance at,
            Session session,
            Branches branches,
            Siblings siblings,
            Set<BranchId> heldBefore,
            Consumer<Result> then) {
        this.at = at;
        this.session = session;
        this.branches = branches;
        this.siblings = siblings;
        this.heldBefore = heldBefore;
        this.then = then;
        this.steps = at.protocol.recoveryOrder().iterator();
    }

    void run() {
        branches.all().stream().filter(BranchDriver::asked).forEach(driver -> asking.put(driver.branch(), driver));
        next();
    }

    private void next() {
        // What was read belongs to this session alone.
        if (at.session().filter(current -> current == session).isEmpty() || at.closing()) {
            abandon("the session changed");
        } else if (!steps.hasNext()) {
            conclude();
        } else {
            switch (steps.next()) {
                case LIST_BRANCHES ->
                    list(branches -> {
                        listed = branches;
                        next();
                    });
                case QUORUM_WRITE -> barrier();
                case READ_RECORDS -> readTree();
            }
        }
    }

    private void abandon(String why) {
        LOG.debug("{}: recovery pass abandoned: {}", at, why);
        end(false);
    }

    private void end(boolean complete) {
        then.accept(new Result(complete, listed.size(), untouched, Set.copyOf(heldElsewhere)));
    }

    private void list(Consumer<List<BranchId>> listing) {
        at.calls.run(
                ResourceCalls.Lane.LIST,
                () -> at.resource.recover(at.name).stream()
                        .filter(branch -> branch.participant().equals(at.name))
                        .distinct()
                        .sorted(Comparator.comparing(BranchId::toString))
                        .toList(),
                (branches, failure) -> {
                    if (failure != null) {
                        at.report("recovery pass", "the resource cannot list its branches, tried again: " + failure);
                        abandon("not listed");
                    } else {
                        listing.accept(branches);
                    }
                });
    }

    private void barrier() {
        at.when(session.barrier(), (result, failure) -> {
            if (failure != null || !result.ok()) {
                abandon("no quorum write: " + result + " " + failure);
            } else {
                next();
            }
        });
    }

    private void readTree() {
        at.when(
                session.read(Paths.ROOT)
                        .thenCombine(session.read(Paths.TRANSACTIONS), this::known)
                        .thenCompose(known -> known ? siblings.refresh(session) : notKnown()),
                (done, failure) -> {
                    if (failure != null) {
                        abandon(failure.toString());
                    } else {
                        readRecords(toRead().iterator());
                    }
                });
    }

    private static CompletableFuture<Boolean> notKnown() {
        return CompletableFuture.failedFuture(
                new IllegalStateException("no readable installation or generation in this tree"));
    }

    private boolean known(Optional<Node> root, Optional<Node> transactions) {
        try {
            installation = root.map(node -> Records.installation(node.data()));
            generation = transactions
                    .map(node -> Records.currentGeneration(node.data()))
                    .orElse(0L);
        } catch (MalformedRecordException e) {
            at.report("recovery pass", e.getMessage());
            return false;
        }
        return installation.isPresent() && transactions.isPresent();
    }

    private List<BranchId> toRead() {
        Set<BranchId> read = new LinkedHashSet<>(asking.keySet());
        listed.stream().filter(branch -> branches.find(branch).isEmpty()).forEach(read::add);
        return new ArrayList<>(read);
    }

    private void readRecords(Iterator<BranchId> rest) {
        List<CompletableFuture<?>> reads = new ArrayList<>();
        while (rest.hasNext() && reads.size() < READ_TOGETHER) {
            BranchId branch = rest.next();
            reads.add(Sighting.take(session, branch.transaction(), at.name, Optional.empty())
                    .thenAccept(seen -> found.put(branch, seen)));
        }
        at.when(CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)), (done, failure) -> {
            if (failure != null) {
                abandon(failure.toString());
            } else if (rest.hasNext()) {
                readRecords(rest);
            } else {
                next();
            }
        });
    }

    private void conclude() {
        Set<BranchId> absent = new LinkedHashSet<>();
        Set<BranchId> all = new LinkedHashSet<>(listed);
        all.addAll(asking.keySet());
        for (BranchId branch : all) {
            if (judge(branch)) {
                absent.add(branch);
            }
        }
        if (absent.isEmpty()) {
            end(true);
            return;
        }
        // Finished and collected since it was listed, here or by another instance? Then the resource holds it no more.
        list(still -> {
            if (session.ended() || at.closing()) {
                abandon("the session ended");
                return;
            }
            Set<BranchId> held = new HashSet<>(still);
            absent.forEach(branch -> presume(branch, held.contains(branch)));
            end(true);
        });
    }

    /** Starts a driver for a branch that nobody works on; answers whether it has no record to work by. */
    private boolean judge(BranchId branch) {
        if (foreign(branch)) {
            return false;
        }
        Sighting seen = found.getOrDefault(branch, Sighting.ABSENT);
        boolean absent = seen.record().isEmpty() && seen.fault().isEmpty();
        if (branches.find(branch).isPresent()) {
            return absent && asking.containsKey(branch);
        }
        if (seen.fault().isPresent()) {
            leave(branch, seen.trouble());
            return false;
        }
        if (seen.onAnotherResource(branch, at.identity)) {
            leave(branch, "its vote names another resource than '" + at.identity + "'");
            return false;
        }
        if (!branch.attempt().equals(at.attempt) && siblings.present(branch.attempt())) {
            return elsewhere(branch, seen);
        }
        if (!absent) {
            LOG.info("{}: {} epoch 0: takes over the branch of attempt {}", at, branch.transaction(), branch.attempt());
            branches.recover(branch).hint();
        }
        return absent;
    }

    private boolean foreign(BranchId branch) {
        if (!branch.installation().equals(installation.orElseThrow())) {
            leave(branch, "it is of another installation than " + installation.get() + " of this tree");
            return true;
        }
        if (branch.transaction().generation() > generation) {
            leave(branch, "its generation is newer than this tree's " + generation + ": is the tree an old copy?");
            return true;
        }
        return false;
    }

    private void leave(BranchId branch, String why) {
        untouched++;
        at.report(branch.toString(), "left alone, " + why);
    }

    // Its own process works on it; only one that stays after the decision is helped along.
    private boolean elsewhere(BranchId branch, Sighting seen) {
        if (seen.record().flatMap(TransactionRecord::verdict).isPresent()) {
            if (heldBefore.contains(branch)) {
                branches.recover(branch).hint();
            } else {
                heldElsewhere.add(branch);
            }
        }
        return false;
    }

    private void presume(BranchId branch, boolean held) {
        Optional<BranchDriver> driver = branches.find(branch);
        if (driver.isPresent() && !driver.get().asked()) {
            return;
        }
        if (held && !listed.contains(branch)) {
            // Not listed before the quorum write: the next pass may conclude about it.
            return;
        }
        if (held) {
            driver.orElseGet(() -> branches.recover(branch)).concluded(Event.PRESUMED_ABORT);
        } else {
            driver.ifPresent(asked -> asked.concluded(Event.NOTHING_LEFT));
        }
    }
}
