package dev.assent.adapter.xa;

import static dev.assent.adapter.jdbc.ScriptedWork.script;

import dev.assent.adapter.contract.ResourceLab;
import dev.assent.adapter.contract.ServerProcess;
import dev.assent.participant.EnlistableResource;
import dev.assent.participant.Resource;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.QueueRequestor;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.apache.activemq.artemis.api.core.management.ResourceNames;
import org.apache.activemq.artemis.api.jms.management.JMSManagementHelper;
import org.apache.activemq.artemis.jms.client.ActiveMQConnection;
import org.apache.activemq.artemis.jms.client.ActiveMQXAConnection;

/** Artemis in the contract suite: one broker for all tests of a JVM. */
final class JmsLab implements ResourceLab {
    /** What the thread opened last. */
    private static final ThreadLocal<XAConnection> LATEST = new ThreadLocal<>();

    private static JmsLab shared;

    private final ArtemisServer server;

    private JmsLab(ArtemisServer server) {
        this.server = server;
    }

    static synchronized JmsLab shared() throws Exception {
        if (shared == null) {
            Path directory = ServerProcess.directory("artemis", () -> shared.server);
            shared = new JmsLab(ArtemisServer.start(directory));
        }
        return shared;
    }

    XAConnectionFactory factory() {
        return ArtemisServer.factory(server.port());
    }

    /** A factory whose latest connection of a thread can be broken. */
    private static XaMessaging builder(XAConnectionFactory factory) {
        XAConnectionFactory remembering = (XAConnectionFactory) Proxy.newProxyInstance(
                JmsLab.class.getClassLoader(),
                new Class<?>[] {XAConnectionFactory.class},
                (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(factory, arguments);
                        if (result instanceof XAConnection connection) {
                            LATEST.set(connection);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return XaMessaging.over(remembering)
                .work(new ScriptedMessages(() -> ((ActiveMQXAConnection) LATEST.get())
                        .getSessionFactory()
                        .getConnection()
                        .destroy()))
                .createQueue(true);
    }

    @Override
    public EnlistableResource<JmsBranch> open() throws Exception {
        return builder(factory()).open();
    }

    /** In another process. */
    public static final class Elsewhere implements ResourceOpener {
        @Override
        public Resource open(List<String> arguments, Runnable step) throws Exception {
            return builder(SteppingFactory.of(ArtemisServer.factory(Integer.parseInt(arguments.get(0))), step))
                    .open();
        }
    }

    @Override
    public Opener opener() {
        return new Opener(Elsewhere.class, List.of(Integer.toString(server.port())));
    }

    @Override
    public byte[] adding(String key) {
        return script("add " + key);
    }

    @Override
    public int seen(String key) throws JMSException {
        try (XAConnection connection = connect()) {
            return ScriptedMessages.count(connection.createSession(false, Session.AUTO_ACKNOWLEDGE), key);
        }
    }

    XAConnection connect() throws JMSException {
        XAConnection connection = factory().createXAConnection();
        connection.start();
        return connection;
    }

    /** What an operator does: an operation of the broker's own management. */
    Object manage(String operation, Object... arguments) throws Exception {
        try (XAConnection connection = connect();
                QueueSession session =
                        ((ActiveMQConnection) connection).createQueueSession(false, Session.AUTO_ACKNOWLEDGE)) {
            Message request = session.createMessage();
            JMSManagementHelper.putOperationInvocation(request, ResourceNames.BROKER, operation, arguments);
            QueueRequestor requestor = new QueueRequestor(session, session.createQueue("activemq.management"));
            Message reply = requestor.request(request);
            Object result = JMSManagementHelper.getResult(reply);
            if (!JMSManagementHelper.hasOperationSucceeded(reply)) {
                throw new IllegalStateException(operation + ": " + result);
            }
            return result;
        }
    }

    @Override
    public Optional<byte[]> refused() {
        return Optional.of(script("add refused", "marvel at it"));
    }

    @Override
    public Optional<byte[]> reading() {
        return Optional.of(script("read all"));
    }

    @Override
    public Optional<byte[]> failingInBetween(String key) {
        return Optional.of(script("add " + key, "fail unnoticed"));
    }

    @Override
    public Optional<byte[]> locking(String key, String first, String second) {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> disconnecting(String key) {
        return Optional.of(script("add " + key, "disconnect now"));
    }

    /** Somebody else's xid. */
    private record ForeignXid(String name) implements Xid {
        @Override
        public int getFormatId() {
            return 4_711;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return name.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }

    @Override
    public Optional<Foreign> foreign() throws Exception {
        Xid xid = new ForeignXid(UUID.randomUUID().toString());
        try (XAConnection connection = connect();
                Session session = connection.createXASession()) {
            XAResource resource = ((jakarta.jms.XASession) session).getXAResource();
            resource.start(xid, XAResource.TMNOFLAGS);
            ScriptedMessages.send(((jakarta.jms.XASession) session).getSession(), "foreign");
            resource.end(xid, XAResource.TMSUCCESS);
            resource.prepare(xid);
        }
        return Optional.of(new Foreign() {
            @Override
            public boolean stillThere() throws Exception {
                try (XAConnection connection = connect()) {
                    Xid[] all = connection
                            .createXASession()
                            .getXAResource()
                            .recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
                    return Arrays.stream(all)
                            .anyMatch(
                                    each -> Arrays.equals(each.getGlobalTransactionId(), xid.getGlobalTransactionId()));
                }
            }

            @Override
            public void remove() throws Exception {
                try (XAConnection connection = connect()) {
                    connection.createXASession().getXAResource().rollback(xid);
                }
            }
        });
    }

    @Override
    public Optional<Server> server() {
        return Optional.of(server);
    }
}
