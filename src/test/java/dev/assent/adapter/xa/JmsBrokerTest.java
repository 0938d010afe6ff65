package dev.assent.adapter.xa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.adapter.PreflightException;
import dev.assent.participant.HeuristicException;
import dev.assent.participant.Prepared;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Settings of a broker with which it cannot keep what a vote promises, or loses what proves an outcome. */
class JmsBrokerTest {
    private static JmsLab lab;

    @BeforeAll
    static void start() throws Exception {
        lab = JmsLab.shared();
    }

    private static XaMessaging sendingTo(String queue) {
        return XaMessaging.over(lab.factory())
                .createQueue(true)
                .work((session, branch, payload) ->
                        session.createProducer(session.createQueue(queue)).send(session.createMessage()));
    }

    private static int count(String queue, String selector) throws JMSException {
        try (XAConnection connection = lab.connect();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            return Collections.list(
                            (java.util.Enumeration<?>) session.createBrowser(session.createQueue(queue), selector)
                                    .getEnumeration())
                    .size();
        }
    }

    /** It drops what comes and answers as if it had it. */
    @Test
    void whatTheBrokerDropsIsNoFence() throws Exception {
        lab.manage(
                "addAddressSettings",
                "dropping",
                "{\"maxSizeBytes\":1600,\"pageSizeBytes\":1500,\"addressFullMessagePolicy\":\"DROP\"}");
        Resource resource = sendingTo("dropped").evidence("dropping").open();
        BranchId last = XaPromiseTest.nextBranch();
        for (int i = 0; i < 4; i++) {
            BranchId branch = XaPromiseTest.nextBranch();
            try {
                resource.rollback(branch);
            } catch (JMSException e) {
                assertTrue(e.getMessage().contains("does not show it"), e.getMessage());
                last = branch;
            }
            assertEquals(count("dropping", "assentBranch = '" + branch + "'") == 0, last.equals(branch));
        }
        BranchId full = last;
        assertThrows(JMSException.class, () -> resource.rollback(full));
        assertThrows(
                JMSException.class,
                () -> resource.forgetBefore(
                        full.installation(), full.transaction().generation() + 1));
        assertEquals(1, count("dropping", "assentKind = 'IDENTITY'"));
    }

    @Test
    void aBrokerThatLetsTheProofExpireIsRefused() throws Exception {
        lab.manage("addAddressSettings", "expiring", "{\"expiryDelay\":3600000}");
        XaMessaging expiring = sendingTo("expired").evidence("expiring");
        PreflightException refused = assertThrows(PreflightException.class, expiring::open);
        assertTrue(refused.getMessage().contains("expiry-delay"), refused.getMessage());
    }

    /** Artemis deletes it at a restart and commits what is prepared for it to nowhere. */
    @Test
    void aQueueThatGoesByItselfIsNotPromisedOn() throws Exception {
        lab.manage("addAddressSettings", "fleeting.#", "{\"autoDeleteQueues\":true}");
        BranchId sent = XaPromiseTest.nextBranch();
        Prepared answer = sendingTo("fleeting.to").open().prepare(sent, new byte[0]);
        assertEquals(Prepared.Answer.NO, answer.answer());
        assertTrue(answer.reason().contains("auto-delete-queues=false"), answer.reason());
        BranchId received = XaPromiseTest.nextBranch();
        Resource receiving = XaMessaging.over(lab.factory())
                .work((session, branch, payload) -> {
                    try (MessageConsumer consumer = session.createConsumer(session.createQueue("fleeting.from"))) {
                        consumer.receiveNoWait();
                    }
                })
                .open();
        assertEquals(
                Prepared.Answer.NO, receiving.prepare(received, new byte[0]).answer());
        assertFalse(receiving.recover("promise").stream().anyMatch(List.of(sent, received)::contains));
    }

    @Test
    void aQueueThatStaysKeepsWhatIsPreparedForIt() throws Exception {
        Resource resource = sendingTo("staying").open();
        BranchId branch = XaPromiseTest.nextBranch();
        assertEquals(Prepared.yes(), resource.prepare(branch, new byte[0]));
        lab.server().orElseThrow().kill();
        lab.server().orElseThrow().restart();
        resource.commit(branch);
        assertEquals(1, count("staying", null));
    }

    /** While it is written the broker knows the branch no more and shows no proof yet. */
    @Test
    void aBranchIsLostOnlyIfItStillIsAfterAWrite() throws Exception {
        Resource resource = lab.open();
        String bounds = "assentKind = 'BOUND'";
        int before = count(XaMessaging.QUEUE, bounds);
        BranchId never = XaPromiseTest.nextBranch();
        HeuristicException told = assertThrows(HeuristicException.class, () -> resource.commit(never));
        assertEquals(BranchOutcome.HEURISTIC_HAZARD, told.outcome());
        assertEquals(before + 1, count(XaMessaging.QUEUE, bounds));
    }
}
