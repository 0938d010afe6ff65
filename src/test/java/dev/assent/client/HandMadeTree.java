package dev.assent.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.Slot;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Verdict;
import dev.assent.protocol.Vote;
import dev.assent.store.InMemoryEnsemble;
import dev.assent.store.InMemoryStore;
import dev.assent.store.InMemoryTree;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** An ensemble in memory, and somebody who writes by hand what coordinators and participants would. */
final class HandMadeTree {
    static final UUID INSTALLATION = UUID.fromString("00000000-0000-4000-8000-000000000001");

    final VirtualLoop loop = new VirtualLoop();
    final InMemoryEnsemble.Conditions conditions = new InMemoryEnsemble.Conditions();
    final Random random = new Random(7);
    final InMemoryEnsemble ensemble = new InMemoryEnsemble(loop, random::nextLong, conditions);
    private final CompletableFuture<Session> session = new CompletableFuture<>();

    HandMadeTree() {
        ensemble.open(loop).listen(new Store.SessionListener() {
            @Override
            public void connected(Session connected) {
                session.complete(connected);
            }

            @Override
            public void suspended() {}
        });
        loop.await(session);
    }

    /** What a first leader creates. */
    HandMadeTree installed() {
        write(Op.create(Paths.ROOT, Records.installation(INSTALLATION)));
        write(Op.create(Paths.EPOCH, Records.epoch("c1")));
        write(Op.createEmpty(Paths.COORDINATORS));
        write(Op.createEmpty(Paths.PARTICIPANTS));
        write(Op.createEmpty(Paths.OPERATIONS));
        write(Op.createEmpty(Paths.HISTORY));
        write(
                Op.create(Paths.TRANSACTIONS, Records.currentGeneration(1)),
                Op.create(Paths.generation(1), Records.generation(false)));
        return this;
    }

    HandMadeTree registered(String... names) {
        for (String name : names) {
            write(
                    Op.create(Paths.participant(name), Records.registration("memory")),
                    Op.createEmpty(Paths.instances(name)),
                    Op.createEmpty(Paths.inbox(name)));
            for (String generation : tree().children(Paths.TRANSACTIONS).orElseThrow()) {
                write(Op.createEmpty(Paths.inbox(name, Long.parseLong(generation))));
            }
        }
        return this;
    }

    InMemoryStore newStore() {
        return ensemble.open(loop);
    }

    InMemoryTree tree() {
        return ensemble.committed();
    }

    void write(Op... operations) {
        WriteResult result = loop.await(loop.await(session).write(List.of(operations)));
        assertTrue(result.ok(), () -> result.toString());
    }

    void vote(TransactionId id, String participant, Vote vote) {
        Slot slot = Slot.vote(vote, participant + "-1", "00000000000000aa", "memory:" + participant, "");
        write(Op.check(Paths.record(id), 0), Op.set(Paths.slot(id, participant), Records.slot(slot), 0));
    }

    void decide(TransactionId id, Decision decision, String reason) {
        byte[] record = tree().data(Paths.record(id));
        write(Op.set(Paths.record(id), Records.decide(record, new Verdict(decision, 3, reason)), 0));
    }

    /** A leader that aborts an open transaction (rule 2). */
    void abortOpen(TransactionId id, String reason) {
        byte[] record = tree().data(Paths.record(id));
        write(
                Op.create(Paths.list(id), Records.list(List.of())),
                Op.set(Paths.record(id), Records.decide(record, new Verdict(Decision.ABORT, 3, reason)), 0));
    }

    /** Seals the open generation and opens the next. */
    void roll(long from, String... participants) {
        for (String name : participants) {
            write(Op.createEmpty(Paths.inbox(name, from + 1)));
        }
        write(
                Op.set(Paths.generation(from), Records.generation(true), 0),
                Op.create(Paths.generation(from + 1), Records.generation(false)),
                Op.set(Paths.TRANSACTIONS, Records.currentGeneration(from + 1), Op.ANY_VERSION));
    }

    /** Removes everything of a transaction and adds its history entry, in one step (rule 4). */
    void collect(TransactionId id, OutcomeState outcome) {
        if (!tree().exists(Paths.history(id.generation()))) {
            write(Op.createEmpty(Paths.history(id.generation())));
        }
        List<Op> operations = new ArrayList<>();
        operations.add(Op.create(
                Paths.historyPage(
                        id.generation(),
                        tree().children(Paths.history(id.generation()))
                                .orElseThrow()
                                .size()),
                Records.historyPage(Map.of(id, outcome))));
        operations.addAll(removal(id));
        write(operations.toArray(new Op[0]));
    }

    /** Removes everything of a transaction without a trace, as when its history entry was evicted since. */
    void forget(TransactionId id) {
        write(removal(id).toArray(new Op[0]));
    }

    private List<Op> removal(TransactionId id) {
        List<Op> operations = new ArrayList<>();
        for (String child : tree().children(Paths.record(id)).orElseThrow()) {
            operations.add(Op.delete(Paths.record(id) + "/" + child, Op.ANY_VERSION));
            if (tree().exists(Paths.participant(child)) && tree().exists(Paths.inboxEntry(child, id))) {
                operations.add(Op.delete(Paths.inboxEntry(child, id), Op.ANY_VERSION));
            }
        }
        operations.add(Op.delete(Paths.record(id), Op.ANY_VERSION));
        return operations;
    }

    /** The transactions of a generation that have a record. */
    List<TransactionId> transactions(long generation) {
        return tree().children(Paths.generation(generation)).orElseThrow().stream()
                .map(TransactionId::parse)
                .toList();
    }
}
