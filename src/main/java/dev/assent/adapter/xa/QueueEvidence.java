package dev.assent.adapter.xa;

import dev.assent.adapter.jdbc.BranchTable.Standing;
import dev.assent.protocol.BranchId;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evidence in a queue that belongs to Assent alone and that nobody receives from: a message that was sent inside the
 * branch is there exactly if the branch committed; a rolled back one is fenced by a message of the same name. Looked at
 * with browsers, so it needs nothing but JMS. A queue knows no key, so proof and fence do not keep each other out; the
 * order of the calls does (see {@link Evidence#tooLate}). Thread-safe.
 */
final class QueueEvidence implements Evidence<JmsLink> {
    private static final Logger LOG = LoggerFactory.getLogger(QueueEvidence.class);

    private static final String KIND = "assentKind";
    private static final String BRANCH = "assentBranch";
    private static final String INSTALLATION = "assentInstallation";
    private static final String GENERATION = "assentGeneration";
    private static final String IDENTITY = "assentIdentity";

    private static final int DROP_AT_ONCE = 1_000;

    /** What a message says. */
    private enum Kind {
        COMMITTED,
        FENCED,
        BOUND,
        IDENTITY
    }

    private final String queue;

    QueueEvidence(String queue) {
        this.queue = queue;
    }

    @Override
    public String keeper() {
        return "queue " + queue;
    }

    @Override
    public void expect(JmsLink link, UUID installation) {
        LOG.trace("installation {}", installation);
    }

    @Override
    public void mark(JmsLink link, BranchId branch) throws JMSException {
        Session session = link.branchSession();
        send(session, ofBranch(session, Kind.COMMITTED, branch));
    }

    @Override
    public Standing standing(JmsLink link, BranchId branch) throws JMSException {
        Set<Kind> kinds = new TreeSet<>();
        for (Message message : seen(link, ofBranch(branch))) {
            kinds.add(Kind.valueOf(message.getStringProperty(KIND)));
        }
        if (kinds.contains(Kind.COMMITTED)) {
            return Standing.COMMITTED;
        }
        return kinds.isEmpty() ? Standing.NONE : Standing.FENCED;
    }

    @Override
    public boolean forgotten(JmsLink link, BranchId branch) throws JMSException {
        return bound(link, branch.installation()) > branch.transaction().generation();
    }

    /** The fence first: one that was dropped was dropped behind a higher bound. */
    @Override
    public boolean tooLate(JmsLink link, BranchId branch) throws JMSException {
        return standing(link, branch) == Standing.FENCED || forgotten(link, branch);
    }

    @Override
    public Standing fence(JmsLink link, BranchId branch) throws JMSException {
        Standing standing = standing(link, branch);
        if (standing != Standing.NONE) {
            return standing;
        }
        Session own = link.own();
        send(own, ofBranch(own, Kind.FENCED, branch));
        own.commit();
        standing = standing(link, branch);
        if (standing == Standing.NONE) {
            throw new JMSException("queue " + queue + " took the fence of " + branch + " and does not show it: somebody"
                    + " receives from it, or the broker drops what comes; let the queue be Assent's alone, and its"
                    + " address page (address-full-policy) and keep its messages");
        }
        return standing;
    }

    /** A broker writes one journal: what began before is durable once this is. Says what is known, so it changes nothing. */
    @Override
    public void settle(JmsLink link, BranchId branch) throws JMSException {
        sendBound(link.own(), branch.installation(), bound(link, branch.installation()));
    }

    @Override
    public void committed(BranchId branch) {
        LOG.trace("{}: committed", branch);
    }

    @Override
    public void forget(JmsLink link, UUID installation, long generation) throws JMSException {
        if (bound(link, installation) >= generation) {
            return;
        }
        Session own = link.own();
        sendBound(own, installation, generation);
        if (bound(link, installation) < generation) {
            throw new JMSException("queue " + queue + " took the bound " + generation + " of " + installation
                    + " and does not show it, so nothing is dropped: somebody receives from it, or the broker drops"
                    + " what comes");
        }
        drop(own, INSTALLATION + " = '" + installation + "' AND " + GENERATION + " < " + generation);
    }

    private void sendBound(Session own, UUID installation, long generation) throws JMSException {
        Message bound = own.createMessage();
        bound.setStringProperty(KIND, Kind.BOUND.name());
        bound.setStringProperty(INSTALLATION, installation.toString());
        bound.setLongProperty(GENERATION, generation);
        send(own, bound);
        own.commit();
    }

    /** Evidence below a durable bound, and lower bounds. */
    private void drop(Session own, String selector) throws JMSException {
        try (MessageConsumer consumer = own.createConsumer(own.createQueue(queue), selector)) {
            int dropped = 0;
            while (consumer.receiveNoWait() != null) {
                dropped++;
                if (dropped % DROP_AT_ONCE == 0) {
                    own.commit();
                }
            }
            own.commit();
        }
    }

    /** The identities that lie in the queue: one, unless it was never set up, or by two at once. */
    List<String> identities(JmsLink link) throws JMSException {
        List<String> found = new ArrayList<>();
        for (Message message : seen(link, KIND + " = '" + Kind.IDENTITY + "'")) {
            found.add(message.getStringProperty(IDENTITY));
        }
        return found;
    }

    /** Whether what lies in the queue is to expire. */
    boolean expires(JmsLink link) throws JMSException {
        for (Message message : seen(link, KIND + " = '" + Kind.IDENTITY + "'")) {
            if (message.getJMSExpiration() != 0) {
                return true;
            }
        }
        return false;
    }

    /** Draws an identity and lays it into the queue. */
    void identify(JmsLink link) throws JMSException {
        Session own = link.own();
        Message identity = own.createMessage();
        identity.setStringProperty(KIND, Kind.IDENTITY.name());
        identity.setStringProperty(IDENTITY, UUID.randomUUID().toString());
        send(own, identity);
        own.commit();
    }

    private long bound(JmsLink link, UUID installation) throws JMSException {
        long bound = 0;
        String selector = KIND + " = '" + Kind.BOUND + "' AND " + INSTALLATION + " = '" + installation + "'";
        for (Message message : seen(link, selector)) {
            bound = Math.max(bound, message.getLongProperty(GENERATION));
        }
        return bound;
    }

    // A branch id is [a-z0-9_-], so it needs no quoting.
    private static String ofBranch(BranchId branch) {
        return BRANCH + " = '" + branch + "'";
    }

    private static Message ofBranch(Session session, Kind kind, BranchId branch) throws JMSException {
        Message message = session.createMessage();
        message.setStringProperty(KIND, kind.name());
        message.setStringProperty(BRANCH, branch.toString());
        message.setStringProperty(INSTALLATION, branch.installation().toString());
        message.setLongProperty(GENERATION, branch.transaction().generation());
        return message;
    }

    private void send(Session session, Message message) throws JMSException {
        try (MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            producer.send(message, DeliveryMode.PERSISTENT, Message.DEFAULT_PRIORITY, Message.DEFAULT_TIME_TO_LIVE);
        }
    }

    private List<Message> seen(JmsLink link, String selector) throws JMSException {
        Session own = link.own();
        List<Message> found = new ArrayList<>();
        try (QueueBrowser browser = own.createBrowser(own.createQueue(queue), selector)) {
            for (Object each : Collections.list((java.util.Enumeration<?>) browser.getEnumeration())) {
                found.add((Message) each);
            }
        }
        return found;
    }
}
