package dev.assent.adapter.mariadb;

import static dev.assent.adapter.jdbc.ScriptedWork.script;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import dev.assent.Await;
import dev.assent.adapter.jdbc.BranchTable;
import dev.assent.adapter.jdbc.Dialect;
import dev.assent.adapter.jdbc.JdbcBranch;
import dev.assent.adapter.xa.BranchXid;
import dev.assent.participant.EnlistedBranch;
import dev.assent.participant.Prepared;
import dev.assent.participant.Prepared.Answer;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.Enlistment;
import dev.assent.protocol.TransactionId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What MariaDB alone does, and the traps that it sets. */
class MariaDbResourceTest {
    private static final UUID INSTALLATION = UUID.randomUUID();
    private static final AtomicLong NUMBER = new AtomicLong();
    private static MariaDbLab lab;

    private HikariDataSource pool;
    private MariaDbResource pooled;

    @BeforeAll
    static void start() throws Exception {
        lab = MariaDbLab.shared();
    }

    @BeforeEach
    void openPool() throws Exception {
        pool = new HikariDataSource();
        pool.setDataSource(lab.mariadb().dataSource());
        pool.setMaximumPoolSize(2);
        pool.setConnectionTimeout(Duration.ofSeconds(5).toMillis());
        pooled = MariaDbLab.builder(pool).open();
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    private static BranchId next() {
        long number = NUMBER.incrementAndGet();
        return new BranchId(
                INSTALLATION,
                TransactionId.of(1, number),
                "mariadb",
                String.format("%016x", 0xbeef_0000_0000L + number));
    }

    private static JdbcBranch enlist(MariaDbResource resource, BranchId branch) throws SQLException {
        return resource.open(new EnlistedBranch(
                branch, new Enlistment(branch.transaction(), branch.participant(), "here", branch.attempt())));
    }

    private static void insert(Connection connection, String key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("insert into seen values (?)")) {
            statement.setString(1, key);
            statement.executeUpdate();
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    private int lent() {
        return pool.getHikariPoolMXBean().getActiveConnections();
    }

    /** Every connection of the pool answers, has nothing open, and waits as long as the pool's owner said. */
    private void assertPoolUsable() throws SQLException {
        assertEquals(0, lent());
        try (Connection one = pool.getConnection();
                Connection two = pool.getConnection()) {
            for (Connection each : List.of(one, two)) {
                assertEquals("0", ask(each, "select @@in_transaction"));
                assertEquals("1", ask(each, "select @@autocommit"));
                assertEquals("50", ask(each, "select @@innodb_lock_wait_timeout"));
                assertEquals("86400", ask(each, "select @@lock_wait_timeout"));
            }
        }
    }

    @Test
    void anUnknownXidIsNotDoneWhileItIsListed() throws Exception {
        BranchId branch = next();
        String xid = BranchXid.of(branch).toString();
        assertEquals(Prepared.yes(), pooled.prepare(branch, script("add listed")));
        SQLException nota = assertThrows(SQLException.class, () -> lab.mariadb().run("xa commit " + xid));
        assertEquals(1397, nota.getErrorCode());
        assertTrue(lab.mariadb().xids().contains(xid));
        MariaDbLab.builder(lab.mariadb().dataSource()).open().commit(branch);
        assertEquals(1, lab.seen("listed"));
        assertFalse(lab.mariadb().xids().contains(xid));
        // The owner, whose connection is gone, reads from the marker that it is done.
        pooled.commit(branch);
        assertPoolUsable();
    }

    @Test
    void theOwnerIsEndedAndNobodyElse() throws Exception {
        BranchId finished = next();
        assertEquals(Prepared.yes(), pooled.prepare(finished, script("add first")));
        pooled.commit(finished);
        assertEquals("null", ownerOf(finished));
        BranchId other = next();
        assertEquals(Prepared.yes(), pooled.prepare(other, script("add second")));
        // Perhaps on the same connection as the first one: it must not be taken for that one's owner.
        MariaDbResource elsewhere =
                MariaDbLab.builder(lab.mariadb().dataSource()).open();
        elsewhere.commit(finished);
        String owner = ownerOf(other);
        assertNotEquals("null", owner);
        elsewhere.rollback(other);
        assertEquals("null", ownerOf(other));
        assertEquals(0, lab.seen("second"));
        pooled.rollback(other);
        assertPoolUsable();
    }

    @Test
    void aConnectionThatSomebodyIsAboutToKillDoesNotGoBack() throws Exception {
        BranchId branch = next();
        assertEquals(Prepared.yes(), pooled.prepare(branch, script("add aimed")));
        String owner = ownerOf(branch);
        try (Connection killer = lab.mariadb().dataSource().getConnection()) {
            assertEquals("1", ask(killer, "select get_lock(" + new BranchLocks(branch).finisherName() + ", 1)"));
            pooled.commit(branch);
            assertEquals(1, lab.seen("aimed"));
            String alive = "select count(*) from information_schema.processlist where id = " + owner;
            Await.until(
                    "the owner has ended by itself", () -> ask(killer, alive).equals("0"));
        }
        assertPoolUsable();
    }

    @Test
    void aForeignXidThatReadsLikeABranchIsLeftAlone() throws Exception {
        String own = BranchXid.of(next()).toString();
        String foreign = own.substring(0, own.lastIndexOf(',')) + ",2";
        try (Connection connection = lab.mariadb().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("xa start " + foreign);
            statement.execute("insert into seen values ('foreigner')");
            statement.execute("xa end " + foreign);
            statement.execute("xa prepare " + foreign);
            assertEquals(List.of(), List.copyOf(pooled.recover("mariadb")));
            assertTrue(lab.mariadb().xids().contains(foreign));
            statement.execute("xa rollback " + foreign);
        }
        assertPoolUsable();
    }

    @Test
    void aDeadOwnersBranchIsFinishedWithoutWaiting() throws Exception {
        BranchId branch = next();
        assertEquals(Prepared.yes(), pooled.prepare(branch, script("add orphan")));
        lab.mariadb().run("kill connection " + ownerOf(branch));
        pooled.commit(branch);
        assertEquals(1, lab.seen("orphan"));
        assertPoolUsable();
    }

    private static String ownerOf(BranchId branch) throws SQLException {
        try (Connection connection = lab.mariadb().dataSource().getConnection()) {
            return ask(connection, "select is_used_lock(" + new BranchLocks(branch).ownerName() + ")");
        }
    }

    @Test
    void whatSomebodyElseFinishedKeepsNoConnection() throws Exception {
        BranchId branch = next();
        assertEquals(Prepared.yes(), pooled.prepare(branch, script("add elsewhere")));
        assertEquals(1, lent());
        MariaDbLab.builder(lab.mariadb().dataSource()).open().commit(branch);
        assertEquals(List.of(), List.copyOf(pooled.recover("mariadb")));
        assertPoolUsable();
    }

    @Test
    void aPreparedBranchKeepsItsConnection() throws Exception {
        BranchId one = next();
        BranchId two = next();
        assertEquals(Prepared.yes(), pooled.prepare(one, script("add one")));
        assertEquals(1, lent());
        assertEquals(Prepared.yes(), pooled.prepare(two, script("add two")));
        assertEquals(2, lent());
        pooled.commit(one);
        assertEquals(1, lent());
        pooled.rollback(two);
        assertEquals(1, lab.seen("one"));
        assertEquals(0, lab.seen("two"));
        assertPoolUsable();
    }

    @Test
    void anEnlistedBranchIsCommitted() throws Exception {
        JdbcBranch branch = enlist(pooled, next());
        try (Connection connection = branch.connection()) {
            insert(connection, "enlisted");
            assertThrows(SQLException.class, connection::commit);
        }
        assertEquals(1, lent());
        assertEquals(Prepared.yes(), pooled.prepare(branch.id(), new byte[0]));
        assertThrows(SQLException.class, () -> insert(branch.connection(), "late"));
        assertEquals(0, lab.seen("enlisted"));
        pooled.commit(branch.id());
        assertEquals(1, lab.seen("enlisted"));
        assertEquals(Prepared.yes(), pooled.prepare(branch.id(), new byte[0]));
        assertPoolUsable();
    }

    @Test
    void aFailedStatementThatTheServiceCaughtIsNotPassedOver() throws Exception {
        JdbcBranch branch = enlist(pooled, next());
        insert(branch.connection(), "swallowed");
        try (Statement statement = branch.connection().createStatement()) {
            assertThrows(SQLException.class, () -> statement.execute("insert into unlike values ('taken')"));
        }
        Prepared answer = pooled.prepare(branch.id(), new byte[0]);
        assertEquals(Answer.NO, answer.answer());
        assertTrue(answer.reason().contains("taken"), answer.reason());
        assertEquals(0, lab.seen("swallowed"));
        assertPoolUsable();
    }

    @Test
    void theServerLetsNobodyCommitInTheMiddle() throws Exception {
        for (String sql : List.of("commit", "create table half (a int)", "begin")) {
            JdbcBranch branch = enlist(pooled, next());
            insert(branch.connection(), "middle");
            try (Statement statement = branch.connection().createStatement()) {
                SQLException refused = assertThrows(SQLException.class, () -> statement.execute(sql));
                assertEquals(1399, refused.getErrorCode());
            }
            assertEquals(Answer.NO, pooled.prepare(branch.id(), new byte[0]).answer());
            assertEquals(0, lab.seen("middle"));
        }
        assertPoolUsable();
    }

    @Test
    void anEnlistedBranchIsRolledBackInTheMiddleOfAStatement() throws Exception {
        JdbcBranch branch = enlist(pooled, next());
        insert(branch.connection(), "asleep");
        CompletableFuture<Void> sleeping = CompletableFuture.runAsync(() -> {
            try (Statement statement = branch.connection().createStatement()) {
                statement.execute("select sleep(600)");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        try (Connection watching = lab.mariadb().dataSource().getConnection()) {
            String asleep = "select count(*) from information_schema.processlist where info like 'select sleep(600)%'";
            Await.until("the statement runs", () -> ask(watching, asleep).equals("1"));
            pooled.rollback(branch.id());
            Await.until("the statement is ended", () -> ask(watching, asleep).equals("0"));
        }
        assertThrows(Exception.class, () -> sleeping.get(1, TimeUnit.MINUTES));
        assertEquals(0, lab.seen("asleep"));
        assertEquals(Answer.NO, pooled.prepare(branch.id(), new byte[0]).answer());
        assertPoolUsable();
    }

    @Test
    void whatOnlyReadsNeverReachesTheServersSecondPhase() throws Exception {
        JdbcBranch branch = enlist(pooled, next());
        assertEquals(
                "2",
                ask(
                        branch.connection(),
                        "select count(*) from (select distinct name from locks order by times) all_of"));
        assertEquals(Prepared.readOnly(), pooled.prepare(branch.id(), new byte[0]));
        assertFalse(lab.mariadb().xids().contains(BranchXid.of(branch.id()).toString()));
        assertPoolUsable();
    }

    @Test
    void aBackupDuringTheSecondPhaseDelaysIt() throws Exception {
        BranchId branch = next();
        assertEquals(Prepared.yes(), pooled.prepare(branch, script("add backup")));
        try (Connection backup = lab.mariadb().dataSource().getConnection();
                Statement statement = backup.createStatement()) {
            statement.execute("flush tables with read lock");
            assertThrows(SQLException.class, () -> pooled.commit(branch));
            assertTrue(lab.mariadb().xids().contains(BranchXid.of(branch).toString()));
        }
        Await.until("the backup's lock is gone", () -> {
            try {
                pooled.commit(branch);
                return true;
            } catch (SQLException e) {
                return false;
            }
        });
        assertEquals(1, lab.seen("backup"));
        assertPoolUsable();
    }

    @Test
    void aFenceThatWasNotWrittenIsNotBelieved() throws Exception {
        BranchId branch = next();
        try (Connection connection = lab.mariadb().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            // "insert ignore" passes over more than a duplicate key: here the value that does not fit.
            statement.execute("create temporary table assent_branch (branch varchar(160), installation varchar(60),"
                    + " generation bigint, state char(1), check (state = 'C'))");
            assertThrows(SQLException.class, () -> new BranchTable(Dialect.MARIADB).fence(connection, branch));
        }
    }

    @Test
    void lateWorkIsRefusedByTheFenceWhateverItReadBefore() throws Exception {
        MariaDbResource elsewhere =
                MariaDbLab.builder(lab.mariadb().dataSource()).open();
        JdbcBranch branch = enlist(pooled, next());
        assertEquals("0", ask(branch.connection(), "select count(*) from assent_branch where branch = 'x'"));
        insert(branch.connection(), "late work");
        elsewhere.rollback(branch.id());
        assertEquals(Answer.NO, pooled.prepare(branch.id(), new byte[0]).answer());
        assertEquals(0, lab.seen("late work"));
        assertPoolUsable();
    }
}
