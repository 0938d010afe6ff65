package dev.assent.simulation;

import dev.assent.client.Answer;
import dev.assent.client.BeginRequest;
import dev.assent.client.GlobalTransaction;
import dev.assent.client.Initiator;
import dev.assent.client.InitiatorConfig;
import dev.assent.participant.EnlistedBranch;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** An initiator's process: begins transactions of every kind, and asks for the outcomes of its own and of others'. */
final class InitiatorProcess extends SimulatedProcess {
    private static final Duration ASKING = Duration.ofSeconds(20);

    private Initiator role;
    private int begins;

    InitiatorProcess(World world, String name) {
        super(world, name);
    }

    @Override
    protected void startRole(Store on) {
        InitiatorConfig config = InitiatorConfig.defaults("the simulation")
                .withPatience(Duration.ofSeconds(world.rng.pick(List.of(1, 10))))
                .withReread(Duration.ofSeconds(5));
        role = new Initiator(on, world.plant.protocol(), config, world.rng.split());
        begins = 0;
        role.start();
    }

    @Override
    protected CompletableFuture<Void> stopRole() {
        return role.close();
    }

    private GlobalTransaction begin(BeginRequest request) {
        // What tells this request from all others in the records: one that is begun twice shows.
        String mark = name + "-" + starts() + "-" + ++begins;
        GlobalTransaction transaction =
                role.begin(new BeginRequest(request.payloads(), request.timeout(), Optional.of(mark)));
        world.answers.expect(this, mark);
        var unused = transaction.answer().whenComplete((answer, failure) -> world.answers.answered(mark, answer));
        return transaction;
    }

    /** Begins work for these participants. */
    void transact(List<String> participants, Duration timeout) {
        Map<String, byte[]> payloads = new LinkedHashMap<>();
        participants.forEach(name -> payloads.put(name, ("work for " + name).getBytes(StandardCharsets.UTF_8)));
        GlobalTransaction transaction = begin(BeginRequest.of(payloads, timeout));
        var unused = transaction.answer().whenComplete((answer, failure) -> askLater(answer));
    }

    /** Begins an open transaction, has each of these processes work under it, and ends it. */
    void enlist(List<ParticipantProcess> services, Duration timeout) {
        GlobalTransaction transaction = begin(BeginRequest.open(timeout));
        VirtualLoop mine = loop();
        var unused = transaction.answer().whenComplete((answer, failure) -> askLater(answer));
        var unusedOpening = transaction
                .opened()
                .thenAccept(opened -> opened.ifPresent(id -> {
                    world.transactions.add(id);
                    if (world.rng.perMille(100)) {
                        return;
                    }
                    call(transaction, id, services, 0, mine);
                }));
    }

    private void call(
            GlobalTransaction transaction,
            TransactionId id,
            List<ParticipantProcess> services,
            int next,
            VirtualLoop mine) {
        if (next == services.size()) {
            if (world.rng.perMille(150)) {
                transaction.abort();
            } else {
                transaction.commit();
            }
            return;
        }
        ParticipantProcess service = services.get(next);
        long there = world.rng.upTo(world.plan.hop);
        boolean[] answered = {false};
        world.time.after(there, () -> {
            if (!service.up()) {
                back(mine, () -> transaction.abort());
                return;
            }
            var unused = service.work(id)
                    .whenComplete((branch, failure) -> back(mine, () -> {
                        answered[0] = true;
                        if (failure != null || !took(transaction, branch)) {
                            transaction.abort();
                        } else {
                            call(transaction, id, services, next + 1, mine);
                        }
                    }));
        });
        // It is unknown whether the call enlisted: the list is not closed (section 3).
        mine.schedule(Duration.ofSeconds(3), () -> {
            if (!answered[0]) {
                transaction.abort();
            }
        });
    }

    private static boolean took(GlobalTransaction transaction, EnlistedBranch branch) {
        try {
            transaction.enlisted(branch.enlistment());
            return true;
        } catch (IllegalArgumentException | IllegalStateException refused) {
            return refused instanceof IllegalArgumentException;
        }
    }

    private void back(VirtualLoop mine, Runnable task) {
        world.time.after(world.rng.upTo(world.plan.hop), () -> mine.execute(task));
    }

    private void askLater(Answer answer) {
        answer.id().ifPresent(id -> {
            world.transactions.add(id);
            loop().schedule(Duration.ofNanos(world.rng.upTo(3_000_000_000L)), () -> ask(id));
        });
    }

    /** Asks what became of a transaction. */
    void ask(TransactionId id) {
        if (up()) {
            long asked = world.time.now();
            var unused = role.outcome(id, ASKING).whenComplete((view, failure) -> {
                if (failure == null) {
                    world.answers.outcome(id, view.state(), asked);
                }
            });
        }
    }
}
