package dev.assent.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.TransactionId;
import dev.assent.store.Op;
import dev.assent.store.Operation;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What an initiator follows without being refused first, and what an operator is told at the end. */
class RollingTest extends InitiatorFixture {
    /** Opens generation 2 and leaves generation 1 open, as a leader does until its delay is over. */
    private void open2() {
        hand.write(
                Op.createEmpty(Paths.inbox("orders", 2)),
                Op.create(Paths.generation(2), Records.generation(false)),
                Op.set(Paths.TRANSACTIONS, Records.currentGeneration(2), Op.ANY_VERSION));
    }

    @Test
    void aRollIsFollowedBeforeTheSeal() {
        hand.installed().registered("orders");
        begin("orders");
        open2();
        loop.settle();
        begin("orders");
        assertEquals(1, hand.transactions(1).size());
        assertEquals(1, hand.transactions(2).size());
    }

    @Test
    void aRollWhileItWasCutOffIsFollowedToo() {
        hand.installed().registered("orders");
        begin("orders");
        store.loseHints = true;
        memory.cutConnection();
        open2();
        memory.heal();
        loop.settle();
        begin("orders");
        assertEquals(1, hand.transactions(2).size());
    }

    @Test
    void anOperatorThatIsClosedLeavesNobodyWaiting() {
        hand.installed();
        Operator operator =
                new Operator(store, InspectorConfig.defaults("zk1:2181").withLimit(Duration.ofHours(1)), () -> 7L);
        operator.start();
        CompletableFuture<OperationView> answer =
                operator.submit(Operation.Kind.ABORT, TransactionId.parse("1-00c0ffee00c0ffee"), "ann", "it hangs");
        loop.settle();
        assertTrue(hand.tree().exists(Paths.operation("0000000000000007")));
        assertFalse(answer.isDone());
        loop.await(operator.close());
        assertTrue(answer.isCompletedExceptionally());
    }
}
