package dev.assent.adapter.xa;

import dev.assent.adapter.RefusedException;
import dev.assent.protocol.BranchId;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the lines of a payload say, in one queue. */
final class ScriptedMessages implements JmsWork {
    static final String SEEN = "seen";
    static final String NAME = "name";

    private static final Logger LOG = LoggerFactory.getLogger(ScriptedMessages.class);
    private static final long PATIENCE_MS = 5_000;

    private final Runnable disconnect;

    /** @param disconnect breaks the connection that the calling thread opened last */
    ScriptedMessages(Runnable disconnect) {
        this.disconnect = disconnect;
    }

    @Override
    public void run(Session session, BranchId branch, byte[] payload) throws JMSException, RefusedException {
        for (String line : new String(payload, StandardCharsets.UTF_8).lines().toList()) {
            int space = line.indexOf(' ');
            step(session, line.substring(0, Math.max(space, 0)), line.substring(space + 1));
        }
    }

    private void step(Session session, String what, String name) throws JMSException, RefusedException {
        switch (what) {
            case "add" -> send(session, name);
            case "take" -> take(session, name);
            case "read" -> count(session, name);
            case "fail" -> failUnnoticed(session);
            case "disconnect" -> disconnect.run();
            default -> throw new RefusedException("cannot do '" + what + "'");
        }
    }

    static void send(Session session, String name) throws JMSException {
        Message message = session.createTextMessage(name);
        message.setStringProperty(NAME, name);
        session.createProducer(session.createQueue(SEEN)).send(message);
    }

    private static void take(Session session, String name) throws JMSException, RefusedException {
        try (MessageConsumer consumer = session.createConsumer(session.createQueue(SEEN), NAME + " = '" + name + "'")) {
            if (consumer.receive(PATIENCE_MS) == null) {
                throw new RefusedException("there is no message " + name);
            }
        }
    }

    static int count(Session session, String name) throws JMSException {
        try (QueueBrowser browser = session.createBrowser(session.createQueue(SEEN), NAME + " = '" + name + "'")) {
            return java.util.Collections.list((java.util.Enumeration<?>) browser.getEnumeration())
                    .size();
        }
    }

    private static void failUnnoticed(Session session) {
        try {
            session.createBrowser(session.createQueue(SEEN), "this is no selector")
                    .close();
        } catch (JMSException e) {
            // As careless code does; the adapter has to notice.
            LOG.debug("passed over", e);
        }
    }
}
