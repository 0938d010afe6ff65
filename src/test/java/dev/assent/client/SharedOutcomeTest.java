package dev.assent.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.CommitProtocol;
import dev.assent.protocol.Decision;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.Verdict;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.PackedStore;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import dev.assent.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Transactions that share their znodes learn of their own decision when it is written, not when the others' are. */
class SharedOutcomeTest {
    // With as many the votes are not looked at.
    private static final int TOGETHER = 30;

    private final HandMadeTree hand = new HandMadeTree().installed().registered("orders", "payments", "stock");
    private final VirtualLoop loop = hand.loop;
    private final List<Session> leader = new ArrayList<>();

    private GlobalTransaction begin(Initiator initiator) {
        Map<String, byte[]> payloads = new LinkedHashMap<>();
        List.of("orders", "payments", "stock").forEach(name -> payloads.put(name, InitiatorFixture.bytes(name)));
        return initiator.begin(BeginRequest.of(payloads, Duration.ofMinutes(1)));
    }

    private void decide(TransactionId id) {
        Node record = loop.await(leader.get(0).read(Paths.record(id))).orElseThrow();
        byte[] decided = Records.decide(record.data(), new Verdict(Decision.COMMIT, 3, ""));
        assertTrue(loop.await(leader.get(0).write(List.of(Op.set(Paths.record(id), decided, 0))))
                .ok());
    }

    @Test
    void aDecisionIsHeardAtOnceHoweverManyOthersWereBefore() {
        new PackedStore(hand.newStore()).listen(new Store.SessionListener() {
            @Override
            public void connected(Session session) {
                leader.add(session);
            }

            @Override
            public void suspended() {}
        });
        Initiator initiator = new Initiator(
                new PackedStore(hand.newStore()),
                CommitProtocol.standard(),
                InitiatorConfig.defaults("zk1:2181"),
                new Random(11)::nextLong);
        initiator.start();
        List<GlobalTransaction> all = new ArrayList<>();
        for (int i = 0; i <= TOGETHER; i++) {
            all.add(begin(initiator));
        }
        loop.run(Duration.ofMillis(100));
        List<String> ids =
                loop.await(leader.get(0).children(Paths.generation(1))).orElseThrow();
        assertEquals(TOGETHER + 1, ids.size());
        assertTrue(hand.transactions(1).size() < TOGETHER);
        int answered = 0;
        for (String id : ids) {
            assertEquals(
                    answered,
                    all.stream().filter(each -> each.answer().isDone()).count());
            decide(TransactionId.parse(id));
            loop.run(Duration.ofMillis(1));
            answered++;
        }
        assertFalse(all.stream().anyMatch(each -> !each.answer().isDone()));
    }
}
