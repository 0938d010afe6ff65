package dev.assent.adapter.xa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.adapter.PreflightException;
import dev.assent.zookeeper.ZooKeeperProcesses;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.XAConnectionFactory;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is found at a broker before the first vote: one line each, with its remedy. */
class JmsPreflightTest {
    private static JmsLab lab;

    @BeforeAll
    static void start() throws Exception {
        lab = JmsLab.shared();
    }

    private static void assertOne(XaMessaging builder, String... words) {
        PreflightException told = assertThrows(PreflightException.class, builder::open);
        assertEquals(1, told.getMessage().lines().count(), told.getMessage());
        for (String word : words) {
            assertTrue(told.getMessage().contains(word), told.getMessage());
        }
    }

    @Test
    void aBrokerThatDoesNotAnswerIsNamed() throws Exception {
        XAConnectionFactory nowhere =
                ArtemisServer.factory(ZooKeeperProcesses.freePorts(1).get(0));
        assertOne(XaMessaging.over(nowhere), "cannot be reached", "see that the broker runs");
        assertOne(
                XaMessaging.over(nowhere).withoutEvidence("broker", "probe"),
                "could not prepare a branch",
                "see that it runs");
    }

    /** Brokers that create no queue by themselves say so; Artemis does not. */
    @Test
    void aQueueThatIsMissingIsNamedWithWhatCreatesIt() {
        XAConnectionFactory strict = (XAConnectionFactory) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {XAConnectionFactory.class}, (proxy, method, arguments) -> {
                    throw new InvalidDestinationException("no queue absent");
                });
        assertOne(
                XaMessaging.over(strict).evidence("absent"),
                "queue absent of the evidence is not there: no queue absent",
                "createQueue(true)");
    }

    @Test
    void aQueueWithoutAnIdentityIsNamedWithWhatGivesItOne() {
        assertOne(
                XaMessaging.over(lab.factory()).evidence("never.used"),
                "queue never.used carries no identity",
                "createQueue(true)");
    }
}
