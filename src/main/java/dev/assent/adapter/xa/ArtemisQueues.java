package dev.assent.adapter.xa;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Artemis whether its queues last. One that it created on demand it deletes by default when it is empty, at a restart
 * and some time after its last consumer left, and does not count what is prepared for it: the branch then commits with
 * success and without its messages. Asked with messages to its management address, so it needs nothing but JMS. A queue
 * that lasts is asked about once. Thread-safe.
 */
final class ArtemisQueues {
    private static final Logger LOG = LoggerFactory.getLogger(ArtemisQueues.class);
    private static final String MANAGEMENT = "activemq.management";
    private static final long PATIENCE_MS = 5_000;
    /** The first version with {@code jakarta.jms} is 6, and Artemis says 1. */
    private static final int CLASSIC = 5;

    /** Those that last, and those about which the broker does not answer. */
    private final Set<String> settled = ConcurrentHashMap.newKeySet();

    /** Why a message in one of {@code queues} is not safe once it is prepared; nothing where nothing speaks against it. */
    Optional<String> objection(Connection connection, Collection<String> queues) throws JMSException {
        if (settled.containsAll(queues) || !artemis(connection.getMetaData())) {
            return Optional.empty();
        }
        try (Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            for (String queue : queues) {
                if (!settled.contains(queue) && !lasts(session, queue)) {
                    return Optional.of("the broker deletes queue " + queue
                            + " by itself when it is empty, with what is prepared for it: create it in the broker's"
                            + " configuration, or set auto-delete-queues=false for its address and create it again");
                }
                settled.add(queue);
            }
        }
        return Optional.empty();
    }

    /** ActiveMQ Classic has the same name, another version and no such queues. */
    private static boolean artemis(ConnectionMetaData broker) throws JMSException {
        return broker.getJMSProviderName().equals("ActiveMQ") && broker.getProviderMajorVersion() < CLASSIC;
    }

    private static boolean lasts(Session session, String queue) throws JMSException {
        TemporaryQueue replies = session.createTemporaryQueue();
        try (MessageProducer producer = session.createProducer(session.createQueue(MANAGEMENT));
                MessageConsumer consumer = session.createConsumer(replies)) {
            Message request = session.createMessage();
            request.setStringProperty(
                    "_AMQ_ResourceName",
                    "queue." + queue.substring(queue.indexOf("::") < 0 ? 0 : queue.indexOf("::") + 2));
            request.setStringProperty("_AMQ_Attribute", "autoDelete");
            request.setJMSReplyTo(replies);
            producer.send(request);
            Message reply = consumer.receive(PATIENCE_MS);
            if (reply instanceof TextMessage text && reply.getBooleanProperty("_AMQ_OperationSucceeded")) {
                return !text.getText().contains("true");
            }
            LOG.warn(
                    "the broker does not tell whether it deletes queue {} by itself when it is empty, with what is"
                            + " prepared for it ({}); see to auto-delete-queues",
                    queue,
                    reply);
            return true;
        } finally {
            replies.delete();
        }
    }
}
