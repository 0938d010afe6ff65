package dev.assent.adapter.xa;

import static dev.assent.adapter.jdbc.ScriptedWork.script;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.adapter.PreflightException;
import dev.assent.adapter.jdbc.BranchTable;
import dev.assent.adapter.jdbc.Dialect;
import dev.assent.adapter.jdbc.SqlWork;
import dev.assent.adapter.postgresql.PostgresServer;
import dev.assent.participant.HeuristicException;
import dev.assent.participant.Prepared;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.TransactionId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.XADataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Resources that break the promise of prepare, or keep no evidence, do not get away with it. */
class XaPromiseTest {
    private static final UUID INSTALLATION = UUID.randomUUID();
    private static final AtomicLong NUMBER = new AtomicLong();
    private static XaDatabaseLab lab;

    @BeforeAll
    static void start() throws Exception {
        lab = XaDatabaseLab.shared();
    }

    static BranchId nextBranch() {
        return new BranchId(INSTALLATION, TransactionId.of(7, NUMBER.incrementAndGet()), "promise", "00000000000000aa");
    }

    private static JdbcDataSource h2() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1");
        return source;
    }

    private static void run(JdbcDataSource source, String... statements) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    /** It rolls a prepared branch back when the connection that prepared it is closed. */
    @Test
    void aDatabaseThatDropsPreparedBranchesIsRefused() throws Exception {
        JdbcDataSource source = h2();
        run(source, "create table probe (x int)");
        SqlWork change = (connection, branch, payload) -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("insert into probe values (1)");
            }
        };
        PreflightException refused = assertThrows(
                PreflightException.class,
                () -> XaDatabase.over(source).withoutEvidence("h2", change).open());
        assertEquals(1, refused.findings().size());
        assertTrue(refused.getMessage().contains("breaks the promise of a YES vote"), refused.getMessage());
        assertFalse(refused.getMessage().contains("\n"));
    }

    @Test
    void evidenceDoesNotMakeItKeepItsPromise() throws Exception {
        JdbcDataSource source = h2();
        run(
                source,
                "create table assent_branch (branch varchar(160) not null primary key, installation varchar(60) not"
                        + " null, generation bigint not null, state char(1) not null)",
                "create table assent_bound (installation varchar(60) not null primary key, generation bigint not null)",
                "create table assent_identity (one int not null primary key, identity varchar(60) not null)",
                "insert into assent_identity values (1, 'me')");
        PreflightException refused = assertThrows(
                PreflightException.class,
                () -> XaDatabase.over(source).evidence(Dialect.MARIADB).open());
        assertTrue(refused.getMessage().contains("breaks the promise of a YES vote"), refused.getMessage());
    }

    @Test
    void tablesThatAreMissingAreNamedWithWhatCreatesThem() {
        PreflightException refused = assertThrows(
                PreflightException.class,
                () -> XaDatabase.over(h2()).evidence(Dialect.MARIADB).open());
        assertTrue(refused.getMessage().contains("create table if not exists assent_branch"), refused.getMessage());
        assertThrows(IllegalStateException.class, () -> XaDatabase.over(h2()).open());
    }

    @Test
    void aDatabaseThatCannotPrepareIsRefused() throws Exception {
        // Nobody listens there.
        XADataSource nowhere = XaDatabaseLab.dataSource(
                dev.assent.zookeeper.ZooKeeperProcesses.freePorts(1).get(0));
        PreflightException refused = assertThrows(
                PreflightException.class, () -> XaDatabaseLab.builder(nowhere).open());
        assertTrue(refused.getMessage().contains("cannot be reached"), refused.getMessage());
    }

    private static XaDatabase withoutEvidence(XADataSource source, SqlWork work) {
        return XaDatabase.over(source)
                .work(work)
                .statementTimeout(Duration.ofSeconds(1))
                .withoutEvidence("postgresql", (connection, branch, payload) -> add(connection, "probe"));
    }

    private static void add(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into seen values ('" + name + "')");
        }
    }

    /** PREPARE TRANSACTION of a failed transaction answers with a rollback and no error, and this driver with XA_OK. */
    @Test
    void whatTheDriverTakesForPreparedIsNotBelieved() throws Exception {
        Resource resource = withoutEvidence(lab.dataSource(), (connection, branch, payload) -> {
                    add(connection, "trap");
                    failUnseen(connection);
                })
                .open();
        Prepared answer = resource.prepare(nextBranch(), new byte[0]);
        assertEquals(Prepared.Answer.NO, answer.answer());
        assertTrue(answer.reason().contains("lists nothing"), answer.reason());
        assertEquals(0, lab.seen("trap"));
    }

    /** Past the guard, so that only the database knows. */
    private static void failUnseen(Connection connection) throws SQLException {
        try (Statement statement = ((Connection) connection.unwrap(PGConnection.class)).createStatement()) {
            statement.execute("insert into unlike values ('taken')");
        } catch (SQLException e) {
            assertEquals("23505", e.getSQLState());
        }
    }

    @Test
    void withoutEvidenceALostBranchIsAHazardAndNeverASuccess() throws Exception {
        SqlWork work = (connection, branch, payload) ->
                add(connection, new String(payload, java.nio.charset.StandardCharsets.UTF_8));
        Resource resource = withoutEvidence(lab.dataSource(), work).open();
        BranchId branch = nextBranch();
        assertEquals(Prepared.yes(), resource.prepare(branch, script("hazard")));
        assertEquals(List.of(branch), List.copyOf(resource.recover("promise")));
        resource.commit(branch);
        resource.commit(branch);
        assertEquals(1, lab.seen("hazard"));
        // Another process cannot know.
        Resource elsewhere = withoutEvidence(lab.dataSource(), work).open();
        assertEquals(
                BranchOutcome.HEURISTIC_HAZARD,
                assertThrows(HeuristicException.class, () -> elsewhere.commit(branch))
                        .outcome());
        BranchId never = nextBranch();
        resource.rollback(never);
        assertEquals(
                Prepared.Answer.NO, resource.prepare(never, script("hazard")).answer());
        assertEquals(
                BranchOutcome.HEURISTIC_ROLLBACK,
                assertThrows(HeuristicException.class, () -> resource.commit(never))
                        .outcome());
        assertEquals(1, lab.seen("hazard"));
    }

    @Test
    void whoeverDisposesOfAPreparedBranchIsFoundOut() throws Exception {
        Resource resource = lab.open();
        BranchId branch = nextBranch();
        assertEquals(Prepared.yes(), resource.prepare(branch, script("add disposed")));
        // An operator does what only the decision may.
        rollBackAll(lab.postgres());
        assertEquals(
                BranchOutcome.HEURISTIC_HAZARD,
                assertThrows(HeuristicException.class, () -> resource.commit(branch))
                        .outcome());
        assertEquals(0, lab.seen("disposed"));
    }

    /** As the database of a resource that forgets a branch before its commit is durable. */
    @Test
    void aCommitThatIsUnderWayElsewhereIsNoLoss() throws Exception {
        Resource resource = lab.open();
        BranchId branch = nextBranch();
        try (Connection connection = lab.postgres().dataSource().getConnection()) {
            connection.setAutoCommit(false);
            new BranchTable(Dialect.POSTGRESQL).mark(connection, branch);
            Exception told = assertThrows(Exception.class, () -> resource.commit(branch));
            assertFalse(told instanceof HeuristicException, told::toString);
            connection.commit();
        }
        resource.commit(branch);
    }

    private static void rollBackAll(PostgresServer server) throws SQLException {
        try (Connection connection = server.dataSource().getConnection();
                Statement statement = connection.createStatement();
                java.sql.ResultSet rows = statement.executeQuery("select gid from pg_prepared_xacts")) {
            while (rows.next()) {
                server.run("rollback prepared '" + rows.getString(1) + "'");
            }
        }
    }
}
