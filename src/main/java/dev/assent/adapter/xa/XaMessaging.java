package dev.assent.adapter.xa;

import dev.assent.adapter.PreflightException;
import dev.assent.participant.EnlistableResource;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.XAConnectionFactory;
import java.util.List;
import java.util.Optional;

/**
 * Says how a message broker takes part, over JMS, and opens it. Each branch has an XA connection of its own, which comes
 * without a pool. Artemis deletes a queue that it created on demand once it is empty, with what is prepared for it: a
 * branch with such a queue votes NO, so create queues in the broker's configuration or set {@code auto-delete-queues} to
 * false. Whether it does is asked at the address {@code activemq.management}, which needs the right to manage. A message
 * that was received in a branch is redelivered after a rollback as the broker's address settings say. The user needs the
 * right to send to, browse and receive from the evidence's queue. For one thread; what it opens is thread-safe.
 */
public final class XaMessaging {
    /** The queue of the evidence, unless another is named. */
    public static final String QUEUE = "assent.branches";

    private final XAConnectionFactory factory;
    private Optional<JmsWork> work = Optional.empty();
    private String queue = QUEUE;
    private String identity = "";
    private boolean withoutEvidence;
    private boolean createQueue;

    private XaMessaging(XAConnectionFactory factory) {
        this.factory = factory;
    }

    /** The broker that {@code factory} connects to. */
    public static XaMessaging over(XAConnectionFactory factory) {
        return new XaMessaging(factory);
    }

    /** Does what an initiator's payload says. Without it only services that enlist can work here. */
    public XaMessaging work(JmsWork what) {
        work = Optional.of(what);
        return this;
    }

    /**
     * The queue in which each branch leaves its proof, durable and Assent's alone: nobody may receive from it, and the
     * broker must neither expire nor move its messages.
     */
    public XaMessaging evidence(String queueName) {
        queue = queueName;
        return this;
    }

    /**
     * Keeps no proof. A branch that the broker does not know at its commit is then reported as HEURISTIC_HAZARD, also
     * where it was committed before and only the answer was lost with this process; and a prepare that comes after its
     * rollback is kept out only by this process's memory.
     *
     * @param identity tells this broker from every other one, the same in each process: at most 190 characters
     * @param probeQueue takes a message that is rolled back whenever the resource is opened
     */
    public XaMessaging withoutEvidence(String identity, String probeQueue) {
        this.identity = identity;
        queue = probeQueue;
        withoutEvidence = true;
        return this;
    }

    /** Whether {@link #open} lays an identity into the queue where there is none; no unless told. */
    public XaMessaging createQueue(boolean create) {
        createQueue = create;
        return this;
    }

    /**
     * Probes whether the broker keeps what a vote promises, and opens the resource.
     *
     * @throws PreflightException if it does not, or cannot be reached
     */
    public EnlistableResource<JmsBranch> open() throws PreflightException {
        JmsLink.Opener source = new JmsLink.Opener(factory, work);
        if (withoutEvidence) {
            return open(identity, source, new NoEvidence<>((link, branch) -> sendProbe(link, queue)));
        }
        QueueEvidence evidence = new QueueEvidence(queue);
        return open(identity(source, evidence), source, evidence);
    }

    private static void sendProbe(JmsLink link, String queue) throws JMSException {
        Session session = link.branchSession();
        try (MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            producer.send(session.createMessage());
        }
    }

    private static EnlistableResource<JmsBranch> open(String id, JmsLink.Opener source, Evidence<JmsLink> evidence)
            throws PreflightException {
        new Probe<>("the message broker", source, evidence).run();
        return new XaParticipantResource<>("jms", "jms:" + id, source, evidence);
    }

    private String identity(JmsLink.Opener source, QueueEvidence evidence) throws PreflightException {
        try (JmsLink link = source.open()) {
            List<String> found = evidence.identities(link);
            if (found.isEmpty() && createQueue) {
                evidence.identify(link);
                found = evidence.identities(link);
            }
            if (found.size() != 1) {
                throw new PreflightException(List.of(
                        found.isEmpty()
                                ? "queue " + queue
                                        + " carries no identity of this broker: create the queue, durable, and"
                                        + " open once with createQueue(true)"
                                : "queue " + queue + " carries the identities " + found
                                        + ": remove all but the one that votes already name"));
            }
            if (evidence.expires(link)) {
                throw new PreflightException(List.of("the broker lets the messages of queue " + queue
                        + " expire, so the proof of a commit would go: set expiry-delay and max-expiry-delay of its"
                        + " address to -1, and remove its message of kind IDENTITY if no vote names it yet"));
            }
            return found.get(0);
        } catch (InvalidDestinationException e) {
            throw new PreflightException(
                    "queue " + queue + " of the evidence is not there: " + XaCodes.describe(e)
                            + "; create it at the broker, durable and anycast, and open once with createQueue(true)",
                    e);
        } catch (JMSException | RuntimeException e) {
            throw new PreflightException(
                    "the message broker or its queue " + queue + " cannot be reached: " + XaCodes.describe(e)
                            + "; see that the broker runs, that address, user and password are right, and that the user"
                            + " may browse, send to and receive from the queue",
                    e);
        }
    }
}
