package dev.assent.simulation;

import dev.assent.protocol.TransactionId;
import dev.assent.store.InMemoryStore;
import dev.assent.store.Op;
import dev.assent.store.Operation;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.UnpackedTree;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** What is asked of the installation: transactions, operators' requests, and somebody who writes garbage. */
final class Workload {
    private static final byte[] NOISE = "{\"v\":7".getBytes(StandardCharsets.UTF_8);

    private final World world;
    private final Rng rng;
    private final InMemoryStore outsider;
    private Session session;
    private int written;

    Workload(World world) {
        this.world = world;
        this.rng = world.rng;
        this.outsider =
                world.ensemble.open(new VirtualLoop(world.time, 0, e -> world.journal.violation("defect", "" + e)));
        outsider.listen(new Store.SessionListener() {
            @Override
            public void connected(Session now) {
                session = now;
            }

            @Override
            public void suspended() {}
        });
    }

    void arrange() {
        for (int i = 0; i < world.plan.transactions; i++) {
            at(() -> transact());
        }
        for (int i = 0; i < world.plan.operations; i++) {
            at(() -> known(this::abort));
        }
        for (int i = 0; i < world.plan.garbage; i++) {
            at(() -> litter());
        }
        for (int i = 0; i < 2; i++) {
            at(() -> known(id -> rng.pick(world.initiators).ask(id)));
        }
        for (int i = 0; i < world.plan.brokenPromises; i++) {
            at(() -> breakPromise());
        }
    }

    private void at(Runnable task) {
        world.time.after(rng.upTo(world.plan.workTime), task);
    }

    private void known(Consumer<TransactionId> task) {
        List<TransactionId> known = new ArrayList<>(world.ledger.ghosts().keySet());
        if (!known.isEmpty()) {
            task.accept(known.get(Math.max(0, known.size() - 1 - rng.below(3))));
        }
    }

    private void transact() {
        InitiatorProcess initiator = rng.pick(world.initiators);
        if (!initiator.up() || initiator.loop().paused()) {
            return;
        }
        if (world.plan.operations > 0 && rng.coin()) {
            abortSoon();
        }
        Duration timeout = Duration.ofNanos(Math.max(1_000_000, rng.upTo(world.plan.transactionTimeout)));
        boolean one = rng.perMille(world.plan.onePerMille);
        List<String> names = new ArrayList<>(world.names);
        shuffle(names);
        int count = one ? 1 : rng.between(1, names.size());
        List<String> chosen = names.subList(0, count);
        if (rng.perMille(world.plan.enlistedPerMille)) {
            List<ParticipantProcess> services = new ArrayList<>();
            for (String name : chosen) {
                services.add(rng.pick(world.participants.stream()
                        .filter(p -> p.participant().equals(name))
                        .toList()));
            }
            if (rng.perMille(100)) {
                services.add(rng.pick(world.participants));
            }
            initiator.enlist(services, timeout);
        } else {
            int together = rng.perMille(world.plan.togetherPerMille) ? rng.between(4, 7) : 1;
            for (int i = 0; i < together; i++) {
                initiator.transact(chosen, timeout);
            }
        }
    }

    private void shuffle(List<String> names) {
        for (int i = names.size() - 1; i > 0; i--) {
            Collections.swap(names, i, rng.below(i + 1));
        }
    }

    private void abort(TransactionId id) {
        write(Op.create(
                Paths.operation("op-" + ++written),
                Records.operation(Operation.request(Operation.Kind.ABORT, id, "the operator", "because"))));
    }

    /** An operator changes the mind while the votes come in. */
    private void abortSoon() {
        long soon = 10 * world.plan.hop + 2 * world.plan.poolLatency;
        world.time.after(rng.upTo(soon), () -> known(this::abort));
    }

    private void write(Op op) {
        if (session != null) {
            var unused = session.write(List.of(op));
        }
    }

    private static String znode(String path) {
        return UnpackedTree.znode(path);
    }

    /** An operation whose outcome nobody waits for. */
    private void litter() {
        if (session == null) {
            return;
        }
        world.tree.vandal(session.id());
        long generation = Math.max(
                1,
                world.ledger.ghosts().keySet().stream()
                        .mapToLong(TransactionId::generation)
                        .max()
                        .orElse(1));
        String name = "garbage-" + ++written;
        TransactionId fake = rng.coin()
                ? TransactionId.alone(generation, rng.getAsLong())
                : TransactionId.together(generation, rng.getAsLong(), 4, 1);
        switch (rng.below(6)) {
            case 0 -> write(Op.create(Paths.generation(generation) + "/" + name, NOISE));
            case 1 -> write(Op.create(znode(Paths.record(fake)), NOISE));
            case 2 -> known(id -> write(Op.create(znode(Paths.slot(id, name)), NOISE)));
            case 3 -> write(Op.create(Paths.inbox(rng.pick(world.names), generation) + "/" + name, NOISE));
            case 4 -> write(Op.create(znode(Paths.inboxEntry(rng.pick(world.names), fake)), NOISE));
            default -> write(Op.create(Paths.operation(name), NOISE));
        }
    }

    /** A database rolls back a branch that it had prepared. */
    private void breakPromise() {
        for (SimulatedDatabase database : world.ledger.databases().values()) {
            for (var entry : database.branches().entrySet()) {
                if (entry.getValue() == SimulatedDatabase.State.PREPARED) {
                    world.resources.excuse(entry.getKey());
                    entry.setValue(SimulatedDatabase.State.ROLLED_BACK);
                    world.journal.note("db-" + entry.getKey().participant(), "breaks", entry.getKey());
                    return;
                }
            }
        }
    }

    /** Somebody takes away what cannot be read, as an operator would. */
    void tidy() {
        List<String> left = new ArrayList<>(world.tree.garbage());
        Collections.sort(left, Collections.reverseOrder());
        for (String path : left) {
            if (!(path.startsWith(Paths.TRANSACTIONS)
                    && path.chars().filter(c -> c == '/').count() == 4)) {
                write(Op.delete(path, Op.ANY_VERSION));
            }
        }
    }
}
