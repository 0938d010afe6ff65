package dev.assent.adapter.postgresql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.assent.adapter.PreflightException;
import dev.assent.adapter.contract.ServerProcess;
import dev.assent.adapter.jdbc.SqlWork;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.TransactionId;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What is PostgreSQL's own. */
class PostgresqlResourceTest {
    private static final AtomicLong NUMBER = new AtomicLong();
    private static final UUID INSTALLATION = UUID.randomUUID();

    private static PostgresLab lab;

    @BeforeAll
    static void start() throws Exception {
        lab = PostgresLab.shared();
        PostgresLab.builder(lab.postgres().dataSource()).open();
    }

    private static BranchId branch() {
        long number = NUMBER.incrementAndGet();
        return new BranchId(INSTALLATION, TransactionId.of(1, number), "own", String.format("%016x", number));
    }

    private static PostgresqlResource doing(SqlWork work) throws Exception {
        return PostgresqlResource.over(lab.postgres().dataSource()).work(work).open();
    }

    private static String refusal(SqlWork work) throws Exception {
        PostgresqlResource resource = doing(work);
        BranchId branch = branch();
        Prepared answer = resource.prepare(branch, new byte[0]);
        assertEquals(Prepared.Answer.NO, answer.answer());
        assertEquals(List.of(), List.copyOf(resource.recover("own")));
        resource.rollback(branch);
        return answer.reason();
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void whatTheServerRollsBackInsteadOfPreparingIsNo() throws Exception {
        // Passed over by the work and by the driver: PREPARE TRANSACTION then answers ROLLBACK, and no error.
        String reason = refusal((connection, id, payload) -> {
            run(connection, "insert into seen values ('swallowed')");
            assertThrows(SQLException.class, () -> run(connection, "select 1 / 0"));
        });
        assertTrue(reason.contains("transaction is aborted"), reason);
    }

    @Test
    void anAnswerToPrepareIsNotBelievedWithoutASight() throws Exception {
        // Something fails between the last look and PREPARE, and whoever is in between keeps it to himself.
        DataSource deceiving = wrap(DataSource.class, lab.postgres().dataSource());
        PostgresqlResource resource = PostgresqlResource.over(deceiving)
                .work((connection, id, payload) -> run(connection, "insert into seen values ('deceived')"))
                .open();
        Prepared answer = resource.prepare(branch(), new byte[0]);
        assertTrue(answer.reason().contains("rolled the branch back instead of preparing it"), answer.toString());
    }

    private static <T> T wrap(Class<T> type, Object real) {
        return type.cast(Proxy.newProxyInstance(
                PostgresqlResourceTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (real instanceof Statement statement
                            && arguments != null
                            && arguments[0].toString().startsWith("prepare transaction")) {
                        assertThrows(SQLException.class, () -> statement.execute("select 1 / 0"));
                    }
                    Object result = method.invoke(real, arguments);
                    if (result instanceof Connection) {
                        return wrap(Connection.class, result);
                    }
                    return method.getName().equals("createStatement") ? wrap(Statement.class, result) : result;
                }));
    }

    @Test
    void aSavepointMakesAFailureGood() throws Exception {
        PostgresqlResource resource = doing((connection, id, payload) -> {
            run(connection, "insert into seen values ('saved')");
            Savepoint savepoint = connection.setSavepoint();
            assertThrows(SQLException.class, () -> run(connection, "select 1 / 0"));
            connection.rollback(savepoint);
        });
        BranchId branch = branch();
        assertEquals(Prepared.yes(), resource.prepare(branch, new byte[0]));
        resource.commit(branch);
        assertEquals(1, lab.seen("saved"));
    }

    @Test
    void workThatEndsTheTransactionIsNo() throws Exception {
        String reason = refusal((connection, id, payload) -> {
            run(connection, "insert into seen values ('out of the branch')");
            run(connection, "commit");
            run(connection, "insert into seen values ('in another one')");
        });
        assertTrue(reason.contains("ended the transaction by itself"), reason);
        assertEquals(0, lab.seen("in another one"));
    }

    @Test
    void aTemporaryTableIsNo() throws Exception {
        String reason = refusal((connection, id, payload) -> run(connection, "create temporary table x (y int)"));
        assertTrue(reason.contains("temporary"), reason);
    }

    @Test
    void aBranchOfAnotherDatabaseOfTheServerIsLeftAlone() throws Exception {
        BranchId branch = branch();
        lab.postgres().run("create database other");
        PGSimpleDataSource other = (PGSimpleDataSource) lab.postgres().dataSource();
        other.setDatabaseName("other");
        try (Connection connection = other.getConnection()) {
            run(connection, "begin; create table there (a int); prepare transaction '" + branch + "'");
            PostgresqlResource resource = doing((ours, id, payload) -> run(ours, "insert into seen values ('same')"));
            assertEquals(List.of(), List.copyOf(resource.recover("own")));
            assertEquals(
                    Prepared.Answer.NO, resource.prepare(branch, new byte[0]).answer());
            assertThrows(SQLException.class, () -> resource.commit(branch));
            assertThrows(SQLException.class, () -> resource.rollback(branch));
            run(connection, "commit prepared '" + branch + "'");
            assertEquals(0, lab.seen("same"));
        }
    }

    @Test
    void theLongestBranchIdIsPrepared() throws Exception {
        BranchId longest = new BranchId(
                INSTALLATION,
                TransactionId.of(999_999_999_999_999_999L, -1),
                "p".repeat(32),
                String.format("%016x", -1L));
        PostgresqlResource resource =
                doing((connection, id, payload) -> run(connection, "insert into seen values ('long')"));
        assertEquals(Prepared.yes(), resource.prepare(longest, new byte[0]));
        assertEquals(List.of(longest), List.copyOf(resource.recover(longest.participant())));
        resource.commit(longest);
        assertEquals(1, lab.seen("long"));
    }

    @Test
    void theConnectionOfAStatementIsGuardedToo() throws Exception {
        AtomicReference<Exception> thrown = new AtomicReference<>();
        PostgresqlResource resource = doing((connection, id, payload) -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("insert into seen values ('guarded')");
                Connection same = statement.getConnection();
                thrown.set(assertThrows(SQLException.class, same::commit));
            }
        });
        BranchId branch = branch();
        assertEquals(Prepared.yes(), resource.prepare(branch, new byte[0]));
        assertTrue(thrown.get().getMessage().contains("ends with the global decision"));
        resource.rollback(branch);
        assertEquals(0, lab.seen("guarded"));
    }

    @Test
    void onlyEnlistingNeedsNoWork() throws Exception {
        PostgresqlResource resource =
                PostgresqlResource.over(lab.postgres().dataSource()).open();
        assertTrue(resource.prepare(branch(), new byte[] {1}).reason().contains("only for services that enlist"));
    }

    @Test
    void aServerThatPreparesNothingIsRefused() throws Exception {
        AtomicReference<PostgresServer> started = new AtomicReference<>();
        Path directory = ServerProcess.directory("postgresql-0", started::get);
        started.set(PostgresServer.start(directory, "max_prepared_transactions=0"));
        PreflightException refused = assertThrows(
                PreflightException.class,
                () -> PostgresqlResource.over(started.get().dataSource()).open());
        assertEquals(4, refused.findings().size(), refused.getMessage());
        assertTrue(refused.findings().get(0).startsWith("max_prepared_transactions is 0"), refused.getMessage());
        for (String table : List.of("assent_branch", "assent_bound", "assent_identity")) {
            assertTrue(refused.getMessage()
                    .contains("table " + table + " is missing: call createTables(true) once, or run: create table if"
                            + " not exists " + table));
        }
        started.get().close();
        String gone = assertThrows(
                        PreflightException.class,
                        () -> PostgresqlResource.over(started.get().dataSource())
                                .open())
                .getMessage();
        assertTrue(gone.startsWith("PostgreSQL cannot be asked: ") && gone.contains("refused"), gone);
        HikariConfig config = new HikariConfig();
        config.setDataSource(started.get().dataSource());
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(500);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            String pooled = assertThrows(
                            PreflightException.class,
                            () -> PostgresqlResource.over(pool).open())
                    .getMessage();
            assertTrue(pooled.contains("refused") && pooled.lines().count() == 1, pooled);
        }
    }

    @Test
    void aUserThatIsNotKnownIsNamed() {
        PGSimpleDataSource nobody = (PGSimpleDataSource) lab.postgres().dataSource();
        nobody.setUser("nobody");
        String told = assertThrows(
                        PreflightException.class,
                        () -> PostgresqlResource.over(nobody).open())
                .getMessage();
        assertTrue(told.contains("role \"nobody\" does not exist") && told.contains("password are right"), told);
        assertEquals(1, told.lines().count());
    }

    @Test
    void aDataSourceThatFailsInItsOwnWayIsNamedToo() {
        HikariDataSource unset = new HikariDataSource();
        String told = assertThrows(
                        PreflightException.class,
                        () -> PostgresqlResource.over(unset).open())
                .getMessage();
        assertTrue(told.startsWith("PostgreSQL cannot be asked: java.lang.IllegalArgumentException"), told);
    }

    @Test
    void aUserWithoutRightsIsRefused() throws Exception {
        lab.postgres().run("create role weak login", "grant select on assent_identity, assent_branch to weak");
        PGSimpleDataSource weak = (PGSimpleDataSource) lab.postgres().dataSource();
        weak.setUser("weak");
        PreflightException refused = assertThrows(
                PreflightException.class, () -> PostgresqlResource.over(weak).open());
        assertEquals(
                List.of(
                        "user weak lacks insert on assent_branch: grant select, insert, update, delete on assent_branch"
                                + " to it",
                        "user weak lacks select on assent_bound: grant select, insert, update, delete on assent_bound"
                                + " to it"),
                refused.findings());
    }

    @Test
    void nearlyUsedUpSlotsAreToldOf() throws Exception {
        PostgresServer server = lab.postgres();
        try (Connection connection = server.dataSource().getConnection()) {
            assertEquals(List.of(), Preflight.warnings(connection));
            for (int i = 0; i < 40; i++) {
                server.run("begin", "insert into seen values ('slot')", "prepare transaction 'slot-" + i + "'");
            }
            assertEquals(
                    List.of(
                            "40 of max_prepared_transactions=50 are in use: more branches at once will vote NO; look for old"
                                    + " ones in pg_prepared_xacts"),
                    Preflight.warnings(connection));
        } finally {
            for (int i = 0; i < 40; i++) {
                server.run("rollback prepared 'slot-" + i + "'");
            }
        }
    }

    @Test
    void theLockWaitHasBounds() {
        PostgresqlBuilder builder = PostgresqlResource.over(lab.postgres().dataSource());
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofMinutes(61))) {
            assertTrue(assertThrows(IllegalArgumentException.class, () -> builder.lockWait(wrong))
                    .getMessage()
                    .contains(wrong.toString()));
        }
        assertEquals(4, builder.definition().size());
    }
}
