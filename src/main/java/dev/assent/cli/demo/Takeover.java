package dev.assent.cli.demo;

import dev.assent.client.TransactionView;
import dev.assent.processes.Child;
import dev.assent.processes.Cluster;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The scene that the demo is about: votes are in, their decision is not, and the leader dies. Not thread-safe.
 *
 * <p>The leader is paused, transfers are begun, and once one holds all its votes the leader is killed. Where a slow machine
 * lets the paused leader's session end before that, another one decides too early, and the scene is played again. Where
 * the leader cannot be paused, votes are held back instead until it is dead.
 */
public final class Takeover {
    private static final Duration VOTES_LIMIT = Duration.ofSeconds(30);
    private static final Duration DECISION_LIMIT = Duration.ofSeconds(60);

    private final Cluster cluster;
    private final Observer observer;
    private final Cast cast;
    private final ZkPrompt shell;
    private final Narrator narrator;
    private int kills;

    /** Who takes part in the transfers besides the coordinators. */
    public interface Cast {
        /** The participants, whose votes are shown. */
        List<String> participants();

        /** Holds the votes of one of them back. */
        void hold() throws Exception;

        /** Lets the votes go on. */
        void release() throws Exception;

        /** Shows how the resources see the transfers that are in doubt, where there is something to be seen. */
        void showInDoubt() throws Exception;
    }

    public Takeover(Cluster cluster, Observer observer, Cast cast, ZkPrompt shell, Narrator narrator) {
        this.cluster = cluster;
        this.observer = observer;
        this.cast = cast;
        this.shell = shell;
        this.narrator = narrator;
    }

    /**
     * Plays the scene once.
     *
     * @param begin sends the transfers of this attempt
     * @return the milliseconds from the kill to the new leader's decision, or nothing where it was decided too early
     */
    Optional<Long> play(Supplier<List<CompletableFuture<Settled>>> begin, boolean holdVotes) throws Exception {
        Observer.Leader old = observer.awaitLeader(DECISION_LIMIT);
        Child leader = cluster.coordinator(old.id());
        boolean paused = !holdVotes && leader.pause();
        return paused ? playPaused(begin, old, leader) : playHeld(begin, old, leader);
    }

    /** How many leaders were killed. */
    public int kills() {
        return kills;
    }

    private Optional<Long> playPaused(
            Supplier<List<CompletableFuture<Settled>>> begin, Observer.Leader old, Child leader) throws Exception {
        narrator.say("%s is paused (kill -STOP %d): it leads and cannot decide", old.id(), leader.pid());
        var unused = begin.get();
        Optional<TransactionId> chosen = awaitAllVotes(old);
        if (chosen.isPresent()) {
            narrator.say("Transfer %s holds all its votes and no decision; ZooKeeper's shell shows:", chosen.get());
            show(chosen.get());
        }
        if (chosen.isEmpty() || observer.verdict(chosen.get()).isPresent()) {
            narrator.say("Too slow: the session of %s ended, and another coordinator decided. Once more.", old.id());
            leader.resume();
            return Optional.empty();
        }
        leader.kill();
        kills++;
        long killedNanos = System.nanoTime();
        narrator.say("%s is dead (kill -9 %d)", old.id(), leader.pid());
        CompletableFuture<Decided> decided = watch(chosen.get(), killedNanos);
        cast.showInDoubt();
        return Optional.of(awaitDecision(chosen.get(), old, decided));
    }

    private Optional<Long> playHeld(Supplier<List<CompletableFuture<Settled>>> begin, Observer.Leader old, Child leader)
            throws Exception {
        cast.hold();
        try {
            narrator.say("The votes of one bank are held back");
            var unused = begin.get();
            leader.kill();
            kills++;
        } finally {
            cast.release();
        }
        long killedNanos = System.nanoTime();
        narrator.say("%s is dead (kill -9 %d); the votes go on", old.id(), leader.pid());
        Optional<TransactionId> chosen = awaitAllVotes(old);
        if (chosen.isEmpty()) {
            return Optional.empty();
        }
        CompletableFuture<Decided> decided = watch(chosen.get(), killedNanos);
        narrator.say("Transfer %s holds all its votes and no decision; ZooKeeper's shell shows:", chosen.get());
        show(chosen.get());
        cast.showInDoubt();
        return Optional.of(awaitDecision(chosen.get(), old, decided));
    }

    /** A transaction with all votes and no decision, or nothing where somebody else decides before there is one. */
    private Optional<TransactionId> awaitAllVotes(Observer.Leader old) throws Exception {
        List<TransactionView> seen = observer.await("transactions with all votes and no decision", VOTES_LIMIT, () -> {
            List<TransactionView> found = observer.preparedOrDecidedAfter(old.epoch());
            return found.isEmpty() ? Optional.empty() : Optional.of(found);
        });
        return seen.stream()
                .filter(Observer::prepared)
                .map(view -> TransactionId.parse(view.name()))
                .findFirst();
    }

    private record Decided(Verdict verdict, long millis) {}

    /** Notices the decision when it is there, also while other things are shown. */
    private CompletableFuture<Decided> watch(TransactionId id, long killedNanos) {
        CompletableFuture<Decided> decided = new CompletableFuture<>();
        Thread watch = new Thread(
                () -> {
                    try {
                        Verdict verdict = observer.await(
                                "a decision on " + id + " by a new leader", DECISION_LIMIT, () -> observer.verdict(id));
                        Duration took = Duration.ofNanos(System.nanoTime() - killedNanos);
                        decided.complete(new Decided(verdict, took.toMillis()));
                    } catch (Exception e) {
                        decided.completeExceptionally(e);
                    }
                },
                "demo-watch");
        watch.setDaemon(true);
        watch.start();
        return decided;
    }

    private long awaitDecision(TransactionId id, Observer.Leader old, CompletableFuture<Decided> decided)
            throws Exception {
        narrator.say("Waiting for another coordinator to take over");
        Verdict verdict = decided.get().verdict();
        long millis = decided.get().millis();
        Observer.Leader now = observer.awaitLeader(DECISION_LIMIT);
        narrator.say(
                "%s took over: %s %s with epoch %d (before: %s, %d), %d ms after the kill",
                now.id(), verdict.decision(), id, verdict.epoch(), old.id(), old.epoch(), millis);
        show(id);
        return millis;
    }

    private void show(TransactionId id) throws IOException, InterruptedException {
        String record = observer.shellPath(id);
        ask("ls -R " + record);
        ask("get " + record);
        for (String participant : cast.participants()) {
            ask("get " + record + "/" + participant);
        }
    }

    private void ask(String command) throws IOException, InterruptedException {
        narrator.show("$ " + command);
        narrator.show(shell.ask(command));
    }
}
