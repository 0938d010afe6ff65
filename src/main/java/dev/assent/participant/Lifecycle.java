package dev.assent.participant;

import dev.assent.protocol.TransactionId;
import dev.assent.store.Backoff;
import dev.assent.store.Paths;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.TreeListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the instance up on each session, and reads everything again after each interruption and periodically (rule 7).
 * Lives on the loop.
 */
final class Lifecycle implements Store.SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);
    private static final int SWEPT_TOGETHER = 64;

    private final Store store;
    private final Instance at;
    private final Siblings siblings;
    private final Branches branches;
    private final Inbox inbox;
    private final Recoveries recoveries;
    private final Membership membership;
    private final Backoff pauses;

    private Session session;
    private boolean connected;
    private long round;
    private Session watching;
    private Session.Watch watch;
    private final TreeListener hints = new Hints();
    private boolean sweeping;
    private Session rollsOn;
    private Runnable rolls = () -> {};

    Lifecycle(
            Store store,
            Instance at,
            Membership membership,
            Siblings siblings,
            Branches branches,
            Inbox inbox,
            Recoveries recoveries) {
        this.store = store;
        this.at = at;
        this.siblings = siblings;
        this.branches = branches;
        this.inbox = inbox;
        this.recoveries = recoveries;
        this.membership = membership;
        this.pauses = at.pauses();
    }

    void start() {
        store.listen(this);
        at.loop.schedule(at.config.rescanInterval(), this::periodicRescan);
        at.loop.schedule(at.config.recoveryInterval(), this::periodicRecovery);
    }

    @Override
    public void connected(Session usable) {
        if (at.closing()) {
            // The close may have come while there was no connection to take it back on.
            at.when(membership.withdraw(usable), (done, failure) -> {
                if (failure != null) {
                    at.readFailed(Paths.instance(at.name, at.id), failure);
                }
            });
            return;
        }
        session = usable;
        connected = true;
        setUp();
    }

    @Override
    public void suspended() {
        connected = false;
        round++;
        if (!at.closing()) {
            at.disconnected();
        }
    }

    /** Registers, appears, sees to the inbox directories, sets the watch; then reads everything. */
    private void setUp() {
        long mine = ++round;
        Session on = session;
        UUID[] installation = new UUID[1];
        at.when(
                membership
                        .arrive(on)
                        .thenCompose(found -> {
                            installation[0] = found;
                            return membership.register(on);
                        })
                        .thenCompose(done -> membership.appear(on))
                        .thenCompose(done -> seeToInboxes(on))
                        .thenCompose(done -> watch(on))
                        .thenCompose(done -> siblings.refresh(on)),
                (done, failure) -> {
                    if (mine != round || at.closing()) {
                        return;
                    }
                    if (failure != null) {
                        at.report("set-up", "not ready, tried again: " + failure.getMessage());
                        at.loop.schedule(pauses.next(), () -> {
                            if (mine == round && connected && !at.closing()) {
                                setUp();
                            }
                        });
                    } else {
                        pauses.reset();
                        LOG.debug("{}: ready on session {} as attempt {}", at, on.id(), at.attempt);
                        at.use(on, installation[0]);
                        branches.all().forEach(BranchDriver::connected);
                        recoveries.now();
                        rescan();
                        inbox.pump();
                    }
                });
    }

    private CompletableFuture<Void> seeToInboxes(Session on) {
        if (rollsOn != on) {
            rollsOn = on;
            rolls = () -> rolled(on);
        }
        // The same callback: the session keeps a watch over an interruption, and would keep a second one beside it.
        return on.readAndWatch(Paths.TRANSACTIONS, rolls)
                .thenCompose(node -> membership.inboxes(on))
                .thenAccept(branches::forgetAllBut);
    }

    // Another generation takes the new transactions (rule 6).
    private void rolled(Session on) {
        if (at.session().filter(current -> current == on).isPresent() && !at.closing()) {
            at.when(seeToInboxes(on), (done, failure) -> {
                if (failure != null) {
                    at.readFailed(Paths.TRANSACTIONS, failure);
                } else {
                    rescan();
                }
            });
        }
    }

    private CompletableFuture<Void> watch(Session on) {
        if (watching == on) {
            return CompletableFuture.completedFuture(null);
        }
        return on.watchTree(Paths.participant(at.name), hints).thenAccept(set -> {
            watching = on;
            watch = set;
        });
    }

    private final class Hints implements TreeListener {
        /** What is gone from the inbox is nobody's work any more. */
        @Override
        public boolean concerns(String path, Change change) {
            return change != Change.DELETED || !path.startsWith(Paths.inbox(at.name) + "/");
        }

        @Override
        public void hint(String path, Change change) {
            hinted(path);
        }
    }

    private void hinted(String path) {
        if (at.session().isEmpty() || at.closing()) {
            return;
        }
        if (path.startsWith(Paths.instances(at.name) + "/")) {
            refreshSiblings();
        } else if (path.startsWith(Paths.inbox(at.name) + "/")) {
            TransactionId.tryParse(Paths.name(path))
                    .filter(id ->
                            !branches.over(id) && !branches.underWay(id) && path.equals(Paths.inboxEntry(at.name, id)))
                    .ifPresent(inbox::noticed);
        }
    }

    private void refreshSiblings() {
        at.session()
                .ifPresent(on -> at.when(siblings.refresh(on), (gone, failure) -> {
                    if (failure != null) {
                        at.readFailed(Paths.instances(at.name), failure);
                        return;
                    }
                    if (gone) {
                        recoveries.now();
                    }
                    rescan();
                }));
    }

    /** Reads the whole inbox; every entry is looked at. */
    void rescan() {
        Optional<Session> on = at.session();
        if (on.isEmpty() || at.closing()) {
            return;
        }
        SortedSet<TransactionId> found = new TreeSet<>();
        at.when(
                on.get().children(Paths.inbox(at.name)).thenCompose(generations -> {
                    List<CompletableFuture<?>> reads = generations.orElse(List.of()).stream()
                            .sorted()
                            .<CompletableFuture<?>>map(generation -> read(on.get(), generation, found))
                            .toList();
                    return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new));
                }),
                (done, failure) -> {
                    if (failure != null) {
                        at.readFailed(Paths.inbox(at.name), failure);
                    } else if (!at.closing()) {
                        inbox.scanned(List.copyOf(found));
                    }
                });
    }

    private CompletableFuture<Void> read(Session on, String generation, Set<TransactionId> found) {
        long since = branches.endings();
        String path = Paths.inbox(at.name) + "/" + generation;
        CompletableFuture<Void> done = on.children(path).thenAccept(names -> {
            Set<TransactionId> there = new HashSet<>();
            for (String name : names.orElse(List.of())) {
                TransactionId.tryParse(name)
                        .filter(id -> generation.equals(String.valueOf(id.generation())))
                        .ifPresentOrElse(
                                there::add,
                                () -> at.report(
                                        path + "/" + name,
                                        "stepped over: the name is no transaction id of this generation"));
            }
            found.addAll(there);
            // A generation that does not parse holds nothing of ours.
            if (generation.matches("[1-9][0-9]{0,17}")) {
                branches.forget(Long.parseLong(generation), there, since);
            }
        });
        return at.stepOver(done, path, null);
    }

    private void periodicRescan() {
        if (at.closing()) {
            return;
        }
        at.session().ifPresent(on -> {
            branches.all().forEach(BranchDriver::reconsider);
            at.when(membership.inboxes(on), (generations, failure) -> {
                if (failure != null) {
                    at.readFailed(Paths.TRANSACTIONS, failure);
                } else {
                    branches.forgetAllBut(generations);
                    dropEvidence(generations);
                    refreshSiblings();
                }
            });
            seePresence(on);
            if (!sweeping) {
                sweeping = true;
                sweep(on, branches.left().iterator());
            }
        });
        at.loop.schedule(at.config.rescanInterval(), this::periodicRescan);
    }

    /** A read that is behind names generations that are gone, never misses one that exists: it only drops less. */
    private void dropEvidence(Set<Long> generations) {
        if (at.installation().isEmpty() || generations.isEmpty()) {
            return;
        }
        UUID installation = at.installation().get();
        long oldest = Collections.min(generations);
        at.calls.run(
                ResourceCalls.Lane.LIST,
                () -> {
                    at.resource.forgetBefore(installation, oldest);
                    return true;
                },
                (done, failure) -> {
                    if (failure != null) {
                        at.report("resource", "evidence of ended branches is kept for now: " + failure);
                    }
                });
    }

    private void seePresence(Session on) {
        siblings.own()
                .ifPresentOrElse(
                        presence -> {
                            if (!presence.attempt().equals(at.attempt)) {
                                at.report(
                                        Paths.instance(at.name, at.id),
                                        "another running process uses this instance id; give each its own");
                            }
                        },
                        () -> at.when(membership.appear(on), (done, failure) -> {
                            if (failure != null) {
                                at.readFailed(Paths.instance(at.name, at.id), failure);
                            }
                        }));
    }

    // Once decided or gone, nobody can enlist in it any more.
    private void sweep(Session on, Iterator<TransactionId> rest) {
        List<CompletableFuture<?>> reads = new ArrayList<>();
        while (rest.hasNext() && reads.size() < SWEPT_TOGETHER) {
            TransactionId id = rest.next();
            reads.add(Sighting.take(on, id, at.name, Optional.empty()).thenAccept(seen -> {
                if (seen.fault().isEmpty()
                        && seen.record()
                                .filter(record -> record.verdict().isEmpty())
                                .isEmpty()) {
                    branches.forgetLeft(id);
                }
            }));
        }
        at.when(CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)), (done, failure) -> {
            if (failure != null) {
                at.readFailed("transactions enlisted in", failure);
            }
            if (failure == null && rest.hasNext() && !at.closing()) {
                sweep(on, rest);
            } else {
                sweeping = false;
            }
        });
    }

    private void periodicRecovery() {
        if (!at.closing()) {
            recoveries.now();
            at.loop.schedule(at.config.recoveryInterval(), this::periodicRecovery);
        }
    }

    /** Works on no session any more; what is on its way still answers. */
    void stop() {
        round++;
        if (watch != null) {
            watch.close();
        }
    }
}
