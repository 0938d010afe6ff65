package dev.assent.lab.demo;

import dev.assent.cli.demo.Narrator;
import dev.assent.cli.demo.Observer;
import dev.assent.cli.demo.Teller;
import dev.assent.cli.demo.Transfer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * While transfers go on, a participant's process is killed and started again, and then a database server. Both die while
 * branches of theirs are prepared, as far as there are any to be met. For one thread; to be used once.
 */
final class Kills {
    private static final Duration SEND_LIMIT = Duration.ofSeconds(60);
    /** As long as it is waited for prepared branches to be met. */
    private static final Duration MEET_LIMIT = Duration.ofSeconds(5);

    private final Company company;
    private final Servers servers;
    private final Scenery scenery;
    private final Observer observer;
    private final Teller teller;
    private final Narrator narrator;
    private int count;

    Kills(Company company, Servers servers, Scenery scenery, Observer observer, Teller teller, Narrator narrator) {
        this.company = company;
        this.servers = servers;
        this.scenery = scenery;
        this.observer = observer;
        this.teller = teller;
        this.narrator = narrator;
    }

    /** How many kills there are to be. */
    static int due(Set<Kind> kinds) {
        return kinds.stream().anyMatch(Kind::database) ? 2 : 1;
    }

    /** How many there were. */
    int count() {
        return count;
    }

    /** Sends the transfers and returns when the last one is on its way and everybody killed is back. */
    void play(List<Transfer> transfers, long seed) throws Exception {
        // Its numbers differ from the first one on also for seeds that are near each other.
        SplittableRandom random = new SplittableRandom(seed);
        Role victim = scenery.roles().get(random.nextInt(scenery.roles().size()));
        List<Role> inDatabases =
                scenery.roles().stream().filter(role -> role.kind().database()).toList();
        long before = teller.ended();
        narrator.say("%d transfers are left for the new leader", transfers.size());
        CompletableFuture<Void> sending = new CompletableFuture<>();
        Thread sender = new Thread(() -> send(transfers, sending), "demo-sender");
        sender.setDaemon(true);
        sender.start();

        awaitEnded(before + transfers.size() / 4, sending);
        killParticipant(victim, sending);
        awaitEnded(before + transfers.size() / 2, sending);
        if (inDatabases.isEmpty()) {
            narrator.say("No database server takes part: none is killed");
        } else {
            killServer(inDatabases.get(random.nextInt(inDatabases.size())), sending);
        }
        sending.get(SEND_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private void send(List<Transfer> transfers, CompletableFuture<Void> sending) {
        try {
            teller.sendAll(transfers);
            sending.complete(null);
        } catch (InterruptedException e) {
            sending.completeExceptionally(e);
        }
    }

    private void awaitEnded(long ended, CompletableFuture<Void> sending) throws Exception {
        observer.awaitTrue(SEND_LIMIT, () -> teller.ended() >= ended || sending.isDone());
    }

    private int meetPrepared(Role role, CompletableFuture<Void> sending) throws Exception {
        observer.awaitTrue(MEET_LIMIT, () -> observer.heldBy(role.participant()) > 0 || sending.isDone());
        return observer.heldBy(role.participant());
    }

    private void killParticipant(Role role, CompletableFuture<Void> sending) throws Exception {
        int held = meetPrepared(role, sending);
        long pid = company.kill(role);
        count++;
        narrator.say(
                "%s is dead (kill -9 %d), with %d branches prepared; it is started again",
                role.participant(), pid, held);
        company.restart(role);
        narrator.say("%s takes work again, as a new process", role.participant());
    }

    private void killServer(Role role, CompletableFuture<Void> sending) throws Exception {
        int held = meetPrepared(role, sending);
        servers.kill(role.kind());
        count++;
        narrator.say(
                "%s under %s is dead (kill -9), with %d branches prepared; it is started again on its data",
                role.kind().product(), role.participant(), held);
        servers.restart(role.kind());
        narrator.say("%s serves again", role.kind().product());
    }
}
