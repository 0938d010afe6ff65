package dev.assent.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.CommitProtocol;
import dev.assent.protocol.TransactionId;
import dev.assent.store.InMemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** An initiator on an ensemble in memory, whose coordinator and participants are written by hand. */
abstract class InitiatorFixture {
    static final Duration TIMEOUT = Duration.ofSeconds(10);
    static final Duration PATIENCE = Duration.ofSeconds(30);

    final HandMadeTree hand = new HandMadeTree();
    final VirtualLoop loop = hand.loop;
    final InMemoryStore memory = hand.newStore();
    final ScriptedStore store = new ScriptedStore(memory);
    Initiator initiator = started(InitiatorConfig.defaults("zk1:2181"));

    final Initiator started(InitiatorConfig config) {
        Random random = new Random(11);
        Initiator started = new Initiator(store, CommitProtocol.standard(), config, random::nextLong);
        started.start();
        return started;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    final GlobalTransaction begin(String... participants) {
        Map<String, byte[]> payloads = new LinkedHashMap<>();
        for (String name : participants) {
            payloads.put(name, bytes("for " + name));
        }
        GlobalTransaction transaction = initiator.begin(BeginRequest.of(payloads, TIMEOUT));
        loop.settle();
        return transaction;
    }

    /** The one transaction that has a record in this generation. */
    final TransactionId only(long generation) {
        List<TransactionId> all = hand.transactions(generation);
        assertEquals(1, all.size(), () -> "transactions: " + all);
        return all.get(0);
    }

    static void assertRefused(Refusal.Cause cause, Answer answer) {
        assertEquals(Answer.Kind.REFUSED, answer.kind(), answer::toString);
        assertEquals(cause, answer.refusal().orElseThrow().cause(), answer::toString);
        assertTrue(answer.id().isEmpty(), answer::toString);
    }

    final Answer assertEnds(Answer.Kind kind, TransactionId id, GlobalTransaction transaction) {
        Answer answer = loop.await(transaction.answer());
        assertEquals(kind, answer.kind(), answer::toString);
        assertEquals(id, answer.id().orElseThrow(), answer::toString);
        return answer;
    }
}
