package dev.assent.adapter.postgresql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.assent.Assent;
import dev.assent.Await;
import dev.assent.EnlistingParticipation;
import dev.assent.Outcome;
import dev.assent.Transaction;
import dev.assent.adapter.jdbc.JdbcBranch;
import dev.assent.adapter.jdbc.ScriptedWork;
import dev.assent.coordinator.Coordinator;
import dev.assent.coordinator.CoordinatorConfig;
import dev.assent.protocol.CommitProtocol;
import dev.assent.store.Store;
import dev.assent.zookeeper.ZooKeeperConfig;
import dev.assent.zookeeper.ZooKeeperStores;
import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.ServerConfiguration;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services that work in a database over a small pool, under transactions that others end. */
class PostgresqlServiceTest {
    @TempDir
    private static Path directory;

    private static PostgresLab lab;
    private static EmbeddedZooKeeper server;
    private static Store store;
    private static Coordinator coordinator;
    private static HikariDataSource pool;
    private static Assent assent;
    private static EnlistingParticipation<JdbcBranch> orders;

    @BeforeAll
    static void start() throws Exception {
        lab = PostgresLab.shared();
        server = EmbeddedZooKeeper.start(ServerConfiguration.standalone(directory, 0));
        store = ZooKeeperStores.connect(server.connectString(), "/assent", ZooKeeperConfig.defaults());
        coordinator = new Coordinator(
                store,
                CommitProtocol.standard(),
                CoordinatorConfig.builder("c1").build(),
                new Random(7)::nextLong);
        coordinator.start();
        HikariConfig config = new HikariConfig();
        config.setDataSource(lab.postgres().dataSource());
        // Nothing may wait for itself.
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(20_000);
        pool = new HikariDataSource(config);
        assent = Assent.connect(server.connectString());
        orders = assent.participate(
                "orders", PostgresqlResource.over(pool).createTables(true).open());
        assent.participate("payments", PostgresLab.builder(pool).open());
    }

    @AfterAll
    static void end() throws Exception {
        assent.close();
        coordinator.close().get(30, TimeUnit.SECONDS);
        store.close();
        server.close();
        pool.close();
    }

    private static JdbcBranch enlistAndAdd(Transaction transaction, String key) throws Exception {
        JdbcBranch branch = orders.enlist(transaction.id());
        try (PreparedStatement insert = branch.connection().prepareStatement("insert into seen values (?)")) {
            insert.setString(1, key);
            insert.executeUpdate();
        }
        return branch;
    }

    private static void awaitIdlePool() throws Exception {
        Await.until("every connection is back", () -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            assertTrue(connection.getAutoCommit());
            statement.execute("select 1");
        }
    }

    @Test
    void workOfAServiceCommitsWithTheTransaction() throws Exception {
        for (int i = 0; i < 10; i++) {
            String key = "service-" + i;
            try (Transaction transaction = assent.begin()) {
                JdbcBranch branch = enlistAndAdd(transaction, key);
                assertEquals(branch.id(), orders.enlist(transaction.id()).id());
                transaction.enlisted(branch.token());
                assertEquals(0, lab.seen(key));
                assertEquals(Outcome.Result.COMMITTED, transaction.commit().result());
            }
            Await.until("it is seen", () -> lab.seen(key) == 1);
        }
        awaitIdlePool();
    }

    @Test
    void workOfAServiceGoesWithTheTransaction() throws Exception {
        Transaction transaction = assent.begin();
        JdbcBranch branch = enlistAndAdd(transaction, "undone");
        Connection connection = branch.connection();
        assertThrows(SQLException.class, connection::commit);
        assertThrows(SQLException.class, connection::rollback);
        assertThrows(SQLException.class, () -> connection.setAutoCommit(true));
        connection.close();
        transaction.enlisted(branch.token());
        assertEquals(Outcome.Result.ABORTED, transaction.abort().result());
        Await.until("the branch is over", connection::isClosed);
        assertThrows(SQLException.class, connection::createStatement);
        awaitIdlePool();
        assertEquals(0, lab.seen("undone"));
    }

    @Test
    void aServiceThatIsStillAtWorkIsInterrupted() throws Exception {
        Transaction transaction = assent.begin();
        JdbcBranch branch = enlistAndAdd(transaction, "interrupted");
        transaction.enlisted(branch.token());
        Thread service = new Thread(() -> {
            try (Statement statement = branch.connection().createStatement()) {
                statement.execute("select pg_sleep(300)");
            } catch (SQLException e) {
                Thread.currentThread().interrupt();
            }
        });
        service.start();
        transaction.abort();
        service.join(Duration.ofMinutes(1).toMillis());
        assertTrue(!service.isAlive(), "its statement was broken off");
        awaitIdlePool();
        assertEquals(0, lab.seen("interrupted"));
    }

    @Test
    void aSinglePayloadCommitsInOnePhase() throws Exception {
        Outcome outcome = assent.transaction()
                .with("payments", ScriptedWork.script("add single"))
                .commit();
        assertEquals(Outcome.Result.COMMITTED, outcome.result());
        Await.until("it is seen", () -> lab.seen("single") == 1);
        awaitIdlePool();
    }

    @Test
    void aRefusedPayloadSaysWhy() throws Exception {
        Outcome outcome = assent.transaction()
                .with("payments", ScriptedWork.script("add refused-here", "collide taken"))
                .with("orders", new byte[0])
                .commit();
        assertEquals(Outcome.Result.ABORTED, outcome.result());
        assertTrue(outcome.reason().contains("votes") || outcome.reason().contains("voted NO"), outcome.reason());
        assertEquals(0, lab.seen("refused-here"));
        awaitIdlePool();
    }
}
