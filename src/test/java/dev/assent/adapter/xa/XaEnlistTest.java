package dev.assent.adapter.xa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import dev.assent.adapter.RefusedException;
import dev.assent.adapter.jdbc.JdbcBranch;
import dev.assent.participant.EnlistableResource;
import dev.assent.participant.EnlistedBranch;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.Enlistment;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.XAConnectionFactory;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Services that work in the resource themselves. */
class XaEnlistTest {
    private static final byte[] NOTHING = new byte[0];

    private static EnlistedBranch next() {
        BranchId branch = XaPromiseTest.nextBranch();
        return new EnlistedBranch(
                branch, new Enlistment(branch.transaction(), branch.participant(), "instance", branch.attempt()));
    }

    @Test
    void whatAServiceSendsAndReceivesIsPartOfTheBranch() throws Exception {
        JmsLab lab = JmsLab.shared();
        EnlistableResource<JmsBranch> resource = lab.open();
        EnlistedBranch sending = next();
        JmsBranch first = resource.open(sending);
        assertEquals(sending.branch(), first.id());
        assertEquals(sending.token(), first.token());
        ScriptedMessages.send(first.session(), "enlisted");
        assertEquals(Prepared.yes(), resource.prepare(sending.branch(), NOTHING));
        assertThrows(JMSException.class, () -> ScriptedMessages.send(first.session(), "enlisted"));
        assertEquals(0, lab.seen("enlisted"));
        resource.commit(sending.branch());
        assertEquals(1, lab.seen("enlisted"));
        EnlistedBranch receiving = next();
        receive(resource.open(receiving).session());
        assertEquals(Prepared.yes(), resource.prepare(receiving.branch(), NOTHING));
        resource.rollback(receiving.branch());
        assertEquals(1, lab.seen("enlisted"));
        EnlistedBranch again = next();
        receive(resource.open(again).session());
        assertEquals(Prepared.yes(), resource.prepare(again.branch(), NOTHING));
        resource.commit(again.branch());
        assertEquals(0, lab.seen("enlisted"));
    }

    private static void receive(Session session) throws JMSException {
        session.createConsumer(session.createQueue(ScriptedMessages.SEEN), ScriptedMessages.NAME + " = 'enlisted'")
                .receive();
    }

    /** As a rollback elsewhere leaves it, which listed the prepared branches before this one was prepared. */
    @Test
    void aFenceThatComesDuringThePrepareIsSeen() throws Exception {
        JmsLab lab = JmsLab.shared();
        EnlistableResource<JmsBranch> resource = lab.open();
        BranchId branch = next().branch();
        QueueEvidence evidence = new QueueEvidence(XaMessaging.QUEUE);
        EnlistableResource<JmsBranch> racing = XaMessaging.over(lab.factory())
                .work((session, of, payload) -> {
                    ScriptedMessages.send(session, "late");
                    try (JmsLink link = new JmsLink.Opener(lab.factory(), Optional.empty()).open()) {
                        evidence.fence(link, of);
                    }
                })
                .open();
        assertEquals(resource.identity(), racing.identity());
        assertEquals(Prepared.Answer.NO, racing.prepare(branch, NOTHING).answer());
        assertFalse(resource.recover("promise").contains(branch));
        assertEquals(0, lab.seen("late"));
    }

    /** As of a process that hung, whose work would hold locks and messages meanwhile. */
    @Test
    void behindAFenceNoWorkIsDone() throws Exception {
        JmsLab lab = JmsLab.shared();
        BranchId branch = next().branch();
        lab.open().rollback(branch);
        AtomicInteger runs = new AtomicInteger();
        EnlistableResource<JmsBranch> late = XaMessaging.over(lab.factory())
                .work((session, of, payload) -> runs.incrementAndGet())
                .open();
        assertEquals(Prepared.Answer.NO, late.prepare(branch, NOTHING).answer());
        assertEquals(0, runs.get());
    }

    /** It found nothing to take back and saw the branch prepared only when its fence was written. */
    @Test
    void aRollbackTakesBackWhatWasPreparedBeforeItsFence() throws Exception {
        JmsLab lab = JmsLab.shared();
        EnlistableResource<JmsBranch> preparing = lab.open();
        BranchId branch = next().branch();
        AtomicReference<Callable<Prepared>> inBetween = new AtomicReference<>(Prepared::readOnly);
        AtomicReference<Prepared> answer = new AtomicReference<>();
        EnlistableResource<JmsBranch> rollingBack = XaMessaging.over(SteppingFactory.of(lab.factory(), () -> {
                    try {
                        answer.set(inBetween.getAndSet(answer::get).call());
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .open();
        inBetween.set(() -> preparing.prepare(branch, lab.adding("between")));
        rollingBack.rollback(branch);
        assertEquals(Prepared.yes(), answer.get());
        assertFalse(preparing.recover("promise").contains(branch));
        assertEquals(0, lab.seen("between"));
    }

    /** As a rollback elsewhere leaves it that died before it looked again. */
    @Test
    void whatLiesPreparedBehindAFenceIsNoYes() throws Exception {
        JmsLab lab = JmsLab.shared();
        EnlistableResource<JmsBranch> resource = lab.open();
        BranchId branch = next().branch();
        assertEquals(Prepared.yes(), resource.prepare(branch, lab.adding("behind")));
        try (JmsLink link = new JmsLink.Opener(lab.factory(), Optional.empty()).open()) {
            new QueueEvidence(XaMessaging.QUEUE).fence(link, branch);
        }
        assertEquals(
                Prepared.Answer.NO,
                resource.prepare(branch, lab.adding("behind")).answer());
        assertFalse(resource.recover("promise").contains(branch));
        assertEquals(0, lab.seen("behind"));
    }

    @Test
    void aServiceThatAsksAgainGetsTheSameBranch() throws Exception {
        JmsLab lab = JmsLab.shared();
        EnlistableResource<JmsBranch> resource = lab.open();
        EnlistedBranch branch = next();
        ScriptedMessages.send(resource.open(branch).session(), "asked");
        ScriptedMessages.send(resource.open(branch).session(), "asked");
        assertEquals(Prepared.yes(), resource.prepare(branch.branch(), NOTHING));
        assertThrows(RefusedException.class, () -> resource.open(branch));
        resource.commit(branch.branch());
        assertEquals(2, lab.seen("asked"));
    }

    /** Its initiator gave up, and nobody will ask to prepare it or roll it back again. */
    @Test
    void aBranchThatIsRolledBackWhileItIsOpenedHoldsNothing() throws Exception {
        JmsLab lab = JmsLab.shared();
        AtomicReference<Callable<Void>> connecting = new AtomicReference<>(() -> null);
        XAConnectionFactory real = lab.factory();
        XAConnectionFactory slow = (XAConnectionFactory) Proxy.newProxyInstance(
                XaEnlistTest.class.getClassLoader(),
                new Class<?>[] {XAConnectionFactory.class},
                (proxy, method, arguments) -> {
                    connecting.getAndSet(() -> null).call();
                    return method.invoke(real, arguments);
                });
        EnlistableResource<JmsBranch> resource = XaMessaging.over(slow).open();
        EnlistedBranch branch = next();
        CompletableFuture<Void> rolledBack = new CompletableFuture<>();
        Thread rollback = new Thread(() -> {
            try {
                resource.rollback(branch.branch());
                rolledBack.complete(null);
            } catch (Exception e) {
                rolledBack.completeExceptionally(e);
            }
        });
        connecting.set(() -> {
            rollback.start();
            Await.until(
                    "the rollback waits or is over",
                    () -> rolledBack.isDone() || rollback.getState() == Thread.State.WAITING);
            return null;
        });
        Session session = resource.open(branch).session();
        rolledBack.get();
        assertThrows(JMSException.class, () -> ScriptedMessages.send(session, "orphan"));
        assertThrows(RefusedException.class, () -> resource.open(branch));
    }

    @Test
    void aSessionCannotBeEndedByTheWork() throws Exception {
        JmsLab lab = JmsLab.shared();
        EnlistableResource<JmsBranch> resource = lab.open();
        EnlistedBranch branch = next();
        Session session = resource.open(branch).session();
        session.close();
        MessageProducer producer = session.createProducer(session.createQueue(ScriptedMessages.SEEN));
        producer.send(session.createMessage());
        assertThrows(jakarta.jms.IllegalStateException.class, session::commit);
        assertThrows(jakarta.jms.IllegalStateException.class, session::rollback);
        assertThrows(
                jakarta.jms.IllegalStateException.class, () -> producer.send(session.createMessage(), new Later()));
        resource.rollback(branch.branch());
        assertThrows(jakarta.jms.IllegalStateException.class, () -> producer.send(session.createMessage()));
        assertThrows(jakarta.jms.IllegalStateException.class, session::createMessage);
        Prepared late = resource.prepare(branch.branch(), NOTHING);
        assertEquals(Prepared.Answer.NO, late.answer());
    }

    /** Would hear of a message's fate after the branch was prepared. */
    private static final class Later implements CompletionListener {
        @Override
        public void onCompletion(Message message) {
            throw new IllegalStateException("never sent: " + message);
        }

        @Override
        public void onException(Message message, Exception exception) {
            throw new IllegalStateException("never sent: " + message, exception);
        }
    }

    @Test
    void aServiceThatOnlyLooksLeavesPhaseTwo() throws Exception {
        JmsLab lab = JmsLab.shared();
        EnlistableResource<JmsBranch> resource = lab.open();
        EnlistedBranch branch = next();
        ScriptedMessages.count(resource.open(branch).session(), "enlisted");
        assertEquals(Prepared.readOnly(), resource.prepare(branch.branch(), NOTHING));
        assertEquals(Prepared.readOnly(), resource.prepare(branch.branch(), NOTHING));
        assertFalse(resource.recover("promise").contains(branch.branch()));
    }

    @Test
    void sqlOfAServiceIsPartOfTheBranch() throws Exception {
        XaDatabaseLab lab = XaDatabaseLab.shared();
        EnlistableResource<JdbcBranch> resource = lab.open();
        EnlistedBranch kept = next();
        JdbcBranch working = resource.open(kept);
        add(working.connection(), "sql");
        assertThrows(SQLException.class, () -> working.connection().commit());
        assertEquals(Prepared.yes(), resource.prepare(kept.branch(), NOTHING));
        assertThrows(SQLException.class, () -> add(working.connection(), "sql"));
        resource.commit(kept.branch());
        assertEquals(1, lab.seen("sql"));
        EnlistedBranch undone = next();
        JdbcBranch other = resource.open(undone);
        add(other.connection(), "sql");
        resource.rollback(undone.branch());
        assertThrows(SQLException.class, () -> add(other.connection(), "sql"));
        assertEquals(
                Prepared.Answer.NO, resource.prepare(undone.branch(), NOTHING).answer());
        assertEquals(1, lab.seen("sql"));
        assertTrue(resource.recover("promise").isEmpty());
    }

    private static void add(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into seen values ('" + name + "')");
        }
    }

    @Test
    void theProofIsWhereItIsLookedForWhereverTheWorkLedItsSession() throws Exception {
        XaDatabaseLab lab = XaDatabaseLab.shared();
        EnlistableResource<JdbcBranch> resource = lab.open();
        lab.postgres()
                .run("create schema elsewhere", "create table elsewhere.assent_branch (like public.assent_branch)");
        EnlistedBranch led = next();
        JdbcBranch branch = resource.open(led);
        try (Statement statement = branch.connection().createStatement()) {
            statement.execute("insert into public.seen values ('led')");
            statement.execute("set local search_path = elsewhere, public");
        }
        assertEquals(Prepared.yes(), resource.prepare(led.branch(), NOTHING));
        resource.commit(led.branch());
        lab.open().commit(led.branch());
        assertEquals(1, lab.seen("led"));
    }
}
