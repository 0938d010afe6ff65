package dev.assent.adapter.xa;

import dev.assent.adapter.RefusedException;
import dev.assent.participant.EnlistedBranch;
import dev.assent.protocol.BranchId;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XASession;
import java.util.Optional;
import javax.transaction.xa.XAResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An XA connection of a message broker with its session for a branch, and one for transactions of the adapter's own. */
final class JmsLink implements XaLink<JmsBranch> {
    private static final Logger LOG = LoggerFactory.getLogger(JmsLink.class);

    private final Optional<JmsWork> work;
    private final XAConnection connection;
    private final XASession session;
    private final HeldSession held;
    private final ArtemisQueues queues;
    private Session own;

    private JmsLink(XAConnection connection, Opener from) throws JMSException {
        this.connection = connection;
        this.work = from.work();
        this.queues = from.queues();
        this.session = connection.createXASession();
        this.held = new HeldSession(session.getSession());
        connection.start();
    }

    /** Opens them from a connection factory, as its default user. */
    record Opener(XAConnectionFactory factory, Optional<JmsWork> work, ArtemisQueues queues)
            implements Source<JmsLink> {
        Opener(XAConnectionFactory factory, Optional<JmsWork> work) {
            this(factory, work, new ArtemisQueues());
        }

        @Override
        public JmsLink open() throws JMSException {
            XAConnection connection = factory.createXAConnection();
            try {
                return new JmsLink(connection, this);
            } catch (JMSException | RuntimeException e) {
                connection.close();
                throw e;
            }
        }

        @Override
        public void requireWork() throws RefusedException {
            if (work.isEmpty()) {
                throw new RefusedException("this instance does no work for a payload, only for services that enlist");
            }
        }
    }

    /** The session of the branch. */
    Session branchSession() throws JMSException {
        return session.getSession();
    }

    /** A transacted session outside any branch. */
    Session own() throws JMSException {
        if (own == null) {
            own = connection.createSession(true, Session.SESSION_TRANSACTED);
        }
        return own;
    }

    @Override
    public XAResource resource() {
        return session.getXAResource();
    }

    @Override
    public void work(BranchId branch, byte[] payload) throws JMSException, RefusedException {
        work.orElseThrow().run(held.guarded(), branch, payload);
    }

    @Override
    public JmsBranch handOut(EnlistedBranch branch) {
        return new JmsBranch(branch, held);
    }

    @Override
    public void release() {
        held.release();
    }

    @Override
    public Optional<Exception> failure() {
        return held.failure().map(Exception.class::cast);
    }

    @Override
    public boolean changed() {
        return held.changed();
    }

    @Override
    public Optional<String> objection() throws JMSException {
        return queues.objection(connection, held.queues());
    }

    @Override
    public void breakOff() {
        close();
    }

    @Override
    public void close() {
        held.release();
        try {
            connection.close();
        } catch (JMSException | RuntimeException e) {
            LOG.debug("an XA connection was not closed in an orderly way", e);
        }
    }
}
