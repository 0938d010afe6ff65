package dev.assent.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.client.TransactionView.State;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Vote;
import dev.assent.store.Op;
import dev.assent.store.Operation;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What tools see of a tree that is written by hand. */
class InspectorTest extends InitiatorFixture {
    private final InspectorConfig config = InspectorConfig.defaults("zk1:2181");
    private final Inspector inspector = new Inspector(store, config, hand.random::nextLong);
    private final Operator operator = new Operator(store, config.withLimit(TIMEOUT), hand.random::nextLong);

    @BeforeEach
    void start() {
        inspector.start();
        operator.start();
    }

    private TransactionId begun(String... participants) {
        List<TransactionId> before = hand.transactions(1);
        begin(participants);
        List<TransactionId> after = new ArrayList<>(hand.transactions(1));
        after.removeAll(before);
        return after.get(0);
    }

    private TransactionView view(TransactionId id) {
        return loop.await(inspector.transaction(id)).orElseThrow();
    }

    @Test
    void showsHowFarATransactionIs() {
        hand.installed().registered("orders", "payments");
        TransactionId id = begun("orders", "payments");
        assertEquals(State.VOTING, view(id).state());
        assertEquals(List.of("orders", "payments"), view(id).withoutVote());
        hand.vote(id, "payments", Vote.YES);
        assertEquals(State.IN_DOUBT, view(id).state());
        assertEquals(List.of("orders"), view(id).withoutVote());
        assertTrue(view(id).next().contains("[orders]"), view(id)::next);
        hand.vote(id, "orders", Vote.READ_ONLY);
        hand.decide(id, Decision.COMMIT, "");
        assertEquals(State.COMMITTED, view(id).state());
        assertEquals(List.of("payments"), view(id).withoutAcknowledgement());
        hand.write(Op.createEmpty(Paths.record(id) + "/stranger"));
        assertEquals(List.of("stranger"), view(id).strays());
        hand.roll(1, "orders", "payments");
        hand.write(Op.delete(Paths.record(id) + "/stranger", 0));
        hand.collect(id, OutcomeState.COMMITTED);
        assertEquals(Optional.empty(), loop.await(inspector.transaction(id)));
        assertEquals(OutcomeState.COMMITTED, loop.await(inspector.outcome(id)).state());
    }

    @Test
    void garbageIsShownAndFailsNothing() {
        hand.installed().registered("orders");
        TransactionId good = begun("orders");
        TransactionId voted = begun("orders");
        TransactionId forbidden = begun("orders");
        hand.write(
                Op.create(Paths.generation(1) + "/rubbish", bytes("?")),
                Op.create(Paths.TRANSACTIONS + "/lost+found", bytes("?")),
                Op.create(Paths.record(TransactionId.of(1, 7)), bytes("{}")),
                Op.set(Paths.slot(voted, "orders"), bytes("YES"), 0),
                Op.create(Paths.operation("odd"), bytes("?")),
                Op.create(Paths.participant("odd"), bytes("?")),
                Op.create(Paths.coordinator("odd"), bytes("?")));
        hand.ensemble.changeAcl(Paths.record(forbidden), true);

        List<TransactionView> all = loop.await(inspector.transactions(view -> true));
        assertEquals(6, all.size(), all::toString);
        for (TransactionView view : all) {
            boolean readable = view.name().equals(good.toString());
            assertEquals(readable ? State.VOTING : State.UNREADABLE, view.state(), view::toString);
            assertEquals(readable, view.problem().isEmpty(), view::toString);
        }
        List<ParticipantView> participants = loop.await(inspector.participants());
        assertEquals(
                List.of("odd", "orders"),
                participants.stream().map(ParticipantView::name).toList());
        assertEquals(1, participants.get(0).problems().size());
        assertEquals(Optional.of("memory"), participants.get(1).kind());
        assertEquals(3, participants.get(1).waiting());
        assertEquals(1, loop.await(inspector.operations()).size());
        ClusterView cluster = loop.await(inspector.cluster());
        assertEquals(1, cluster.pending());
        assertEquals(5, cluster.unreadable());
        assertTrue(cluster.problems().toString().contains("/coordinators/odd"), cluster.problems()::toString);
    }

    @Test
    void statusTellsTheOldestDoubtByTheServersClockAlone() {
        hand.installed().registered("orders", "payments");
        hand.write(Op.create(Paths.coordinator("c1"), Records.replica(new Records.Replica("0.1.0", "here"))));
        TransactionId older = begun("orders", "payments");
        begun("orders");
        assertEquals(Optional.empty(), loop.await(inspector.cluster()).oldestInDoubtMillis());
        hand.vote(older, "orders", Vote.YES);
        loop.run(Duration.ofSeconds(4));
        hand.vote(older, "payments", Vote.YES);
        loop.run(Duration.ofSeconds(3));
        ClusterView cluster = loop.await(inspector.cluster());
        assertEquals(Optional.of(7_000L), cluster.oldestInDoubtMillis());
        assertEquals(Optional.of("c1"), cluster.leader());
        assertEquals(2, cluster.pending());
        assertEquals(1, cluster.inDoubt());
        assertEquals(Optional.of(HandMadeTree.INSTALLATION), cluster.installation());
        assertTrue(
                hand.tree().children(Paths.ROOT).orElseThrow().stream().noneMatch(name -> name.startsWith("clock")),
                "the clock's node stayed");
        store.script(ScriptedStore.Fate.LOST);
        assertEquals(Optional.empty(), loop.await(inspector.cluster()).oldestInDoubtMillis());
    }

    @Test
    void aRootThatMayNotBeReadIsNoEmptyTree() {
        hand.installed();
        hand.ensemble.changeAcl(Paths.ROOT, true);
        assertTrue(assertThrows(CompletionException.class, () -> loop.await(inspector.cluster()))
                .getMessage()
                .contains("no permission to read /"));
    }

    @Test
    void tenThousandAreReadWithBoundedReads() {
        hand.installed().registered("orders");
        byte[] record = Records.begin(
                BeginRequest.of(Map.of("orders", bytes("")), TIMEOUT).record("many"));
        for (int i = 0; i < 10_000; i += 100) {
            List<Op> operations = new ArrayList<>();
            for (int j = i; j < i + 100; j++) {
                TransactionId id = TransactionId.of(1, j);
                operations.add(Op.create(Paths.record(id), record));
                operations.add(Op.createEmpty(Paths.slot(id, "orders")));
            }
            hand.write(operations.toArray(new Op[0]));
        }
        ReadsCounted counted = new ReadsCounted(store);
        Inspector many = new Inspector(counted, config, hand.random::nextLong);
        many.start();
        assertEquals(
                10_000,
                loop.await(many.transactions(view -> view.state() == State.VOTING))
                        .size());
        assertTrue(counted.most <= config.readsInFlight(), () -> counted.most + " reads at once");
        assertTrue(counted.most > 100, () -> "only " + counted.most + " reads at once");
    }

    @Test
    void emptyTreeIsShownWithTheNextStep() {
        ClusterView cluster = loop.await(inspector.cluster());
        assertEquals(Optional.empty(), cluster.installation());
        assertTrue(cluster.problems().toString().contains("start one"), cluster.problems()::toString);
        assertEquals(List.of(), loop.await(inspector.transactions(view -> true)));
        assertEquals(List.of(), loop.await(inspector.participants()));
    }

    @Test
    void unreachableStoreFailsWithAddressAndTime() {
        memory.cutConnection();
        loop.settle();
        CompletionException failed =
                assertThrows(CompletionException.class, () -> loop.await(inspector.participants()));
        String message = failed.getCause().getMessage();
        assertTrue(message.contains("zk1:2181") && message.contains("PT30S"), message);
    }

    @Test
    void operationIsAnsweredByTheLeader() {
        hand.installed().registered("orders");
        TransactionId id = begun("orders");
        store.script(ScriptedStore.Fate.APPLIED_AND_LOST);
        CompletableFuture<OperationView> answer = operator.submit(Operation.Kind.ABORT, id, "ann", "stuck since noon");
        loop.run(Duration.ofSeconds(1));
        List<OperationView> kept = loop.await(inspector.operations());
        assertEquals(1, kept.size(), "a lost answer made a second request");
        Operation request = kept.get(0).operation().orElseThrow();
        assertEquals(Operation.request(Operation.Kind.ABORT, id, "ann", "stuck since noon"), request);
        assertEquals(1, loop.await(inspector.cluster()).operationsWaiting());
        Operation.Result result = new Operation.Result(true, "aborted", 3);
        hand.write(Op.set(Paths.operation(kept.get(0).id()), Records.operation(request.answered(result)), 0));
        assertEquals(Optional.of(result), loop.await(answer).result());
    }

    @Test
    void operationWithoutALeaderStands() {
        hand.installed();
        OperationView view =
                loop.await(operator.submit(Operation.Kind.FORGET, TransactionId.of(1, 1), "ann", "mended"));
        assertEquals(Optional.empty(), view.result());
        assertTrue(view.problem().contains("PT10S"), view.problem());
        assertTrue(hand.tree().exists(Paths.operation(view.id())));
    }

    @Test
    void heuristicOutcomeIsTold() {
        hand.installed().registered("orders");
        TransactionId id = begun("orders");
        hand.decide(id, Decision.COMMIT, "");
        hand.roll(1, "orders");
        hand.forget(id);
        hand.write(
                Op.createEmpty(Paths.history(1)),
                Op.create(
                        Paths.historyHeuristic(id),
                        Records.heuristic(new Records.Heuristic(
                                OutcomeState.COMMITTED,
                                Map.of("orders", BranchOutcome.HEURISTIC_ROLLBACK),
                                Map.of()))));
        OutcomeView outcome = loop.await(inspector.outcome(id));
        assertEquals(OutcomeState.COMMITTED, outcome.state());
        assertTrue(outcome.reason().contains("orders=HEURISTIC_ROLLBACK"), outcome::reason);
        assertEquals(List.of(id.toString()), loop.await(inspector.cluster()).heuristics());
    }

    @Test
    void unreadableHistoryIsNoOblivion() {
        hand.installed();
        hand.write(
                Op.createEmpty(Paths.history(1)),
                Op.create(Paths.historyPage(1, 1), bytes("?")),
                Op.create(
                        Paths.historyPage(1, 2),
                        Records.historyPage(Map.of(TransactionId.of(1, 2), OutcomeState.ABORTED))));
        assertEquals(
                OutcomeState.ABORTED,
                loop.await(inspector.outcome(TransactionId.of(1, 2))).state());
        CompletionException failed =
                assertThrows(CompletionException.class, () -> loop.await(inspector.outcome(TransactionId.of(1, 3))));
        assertTrue(failed.getCause().getMessage().contains("page-0001"), failed::toString);
    }
}
