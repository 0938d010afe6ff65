package dev.assent.adapter.mariadb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import dev.assent.adapter.jdbc.BranchTable;
import dev.assent.adapter.jdbc.Dialect;
import dev.assent.adapter.jdbc.JdbcBranch;
import dev.assent.adapter.jdbc.SessionContract;
import dev.assent.adapter.jdbc.SqlResource;
import dev.assent.participant.HeuristicException;
import dev.assent.participant.OnePhaseResource.OnePhase;
import dev.assent.participant.Prepared;
import dev.assent.participant.Prepared.Answer;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mariadb.jdbc.MariaDbDataSource;

/** Whatever a session's settings are, from the server, the pool or the work itself: a branch ends as decided. */
class MariaDbSessionTest extends SessionContract {
    private static final int DUPLICATE = 1062;
    private static final int REFUSED_IN_XA = 1399;
    private static MariaDbLab lab;

    @BeforeAll
    static void start() throws Exception {
        lab = MariaDbLab.shared();
    }

    @Override
    protected DataSource dataSource() throws Exception {
        return lab.mariadb().dataSource();
    }

    @Override
    protected SqlResource open(DataSource connections) throws Exception {
        return MariaDbLab.builder(connections).open();
    }

    @Override
    protected int poolSize() {
        return 2;
    }

    private static DataSource with(String options) throws SQLException {
        return database("work", options);
    }

    private static DataSource database(String name, String options) throws SQLException {
        return new MariaDbDataSource("jdbc:mariadb://127.0.0.1:" + lab.mariadb().port() + "/" + name
                + "?sslMode=disable&user=root" + options);
    }

    private static MariaDbResource elsewhere() throws Exception {
        return MariaDbLab.builder(lab.mariadb().dataSource()).open();
    }

    @Test
    void theMarkIsWrittenWhereTheFenceIsWhateverTheDatabase() throws Exception {
        lab.mariadb().run("create database second");
        MariaDbLab.builder(database("second", "")).open();
        JdbcBranch branch = enlist(pooled, next());
        run(branch.connection(), "insert into seen values ('used')");
        run(branch.connection(), "use second");
        assertEquals(OnePhase.FENCED, elsewhere().resolve(branch.id()));
        assertEquals(OnePhase.FENCED, pooled.commitOnePhase(branch.id(), new byte[0]));
        assertEquals(0, lab.seen("used"));
    }

    @Test
    void whatIsNotCommittedIsNoEvidence() throws Exception {
        MariaDbResource dirty = MariaDbLab.builder(with("&sessionVariables=tx_isolation='READ-UNCOMMITTED'"))
                .open();
        BranchId branch = next();
        try (Connection other = lab.mariadb().dataSource().getConnection()) {
            other.setAutoCommit(false);
            new BranchTable(Dialect.MARIADB).mark(other, branch);
            assertEquals(
                    BranchOutcome.HEURISTIC_HAZARD,
                    assertThrows(HeuristicException.class, () -> dirty.commit(branch))
                            .outcome());
            other.rollback();
        }
    }

    @Test
    void aRowThatFailedInAResultSetIsNotPassedOver() throws Exception {
        JdbcBranch branch = enlist(pooled, next());
        run(branch.connection(), "insert into seen values ('rows')");
        try (Statement statement = branch.connection()
                        .createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
                ResultSet rows = statement.executeQuery("select name from unlike")) {
            rows.moveToInsertRow();
            rows.updateString(1, "taken");
            assertThrows(SQLException.class, rows::insertRow);
        }
        assertEquals(Answer.NO, pooled.prepare(branch.id(), new byte[0]).answer());
        assertEquals(0, lab.seen("rows"));
    }

    @Test
    void aFailureInTheMiddleOfSeveralStatementsIsNotPassedOver() throws Exception {
        MariaDbResource several =
                MariaDbLab.builder(with("&allowMultiQueries=true")).open();
        for (String sql : List.of(
                "insert into seen values ('several'); insert into unlike values ('taken')",
                "select 1; insert into seen values ('several'); insert into unlike values ('taken'); select 2")) {
            JdbcBranch branch = enlist(several, next());
            try (Statement statement = branch.connection().createStatement()) {
                statement.setFetchSize(1);
                statement.execute(sql);
            } catch (SQLException e) {
                // Some are told at once, the others only when their result is asked for.
                assertEquals(DUPLICATE, e.getErrorCode());
            }
            assertEquals(Answer.NO, several.prepare(branch.id(), new byte[0]).answer(), sql);
        }
        assertEquals(0, lab.seen("several"));
    }

    @Test
    void noStatementCommitsInTheMiddle() throws Exception {
        for (String sql : List.of(
                "set autocommit = 1",
                "set session autocommit = on",
                "lock tables seen write",
                "flush tables",
                "rollback",
                "start transaction",
                "xa start 'other'",
                "truncate table seen",
                "analyze table seen")) {
            JdbcBranch branch = enlist(pooled, next());
            run(branch.connection(), "insert into seen values ('half')");
            assertEquals(
                    REFUSED_IN_XA,
                    assertThrows(SQLException.class, () -> run(branch.connection(), sql))
                            .getErrorCode(),
                    sql);
            assertEquals(Answer.NO, pooled.prepare(branch.id(), new byte[0]).answer(), sql);
            pooled.rollback(branch.id());
            assertEquals(0, lab.seen("half"), sql);
        }
    }

    @Test
    void aProcedureThatCommitsAndHidesTheRefusalCommitsNothing() throws Exception {
        lab.mariadb()
                .run("create procedure hiding() begin declare continue handler for sqlexception begin end;"
                        + " insert into seen values ('hidden'); commit; insert into seen values ('hidden'); end");
        JdbcBranch branch = enlist(pooled, next());
        run(branch.connection(), "call hiding()");
        assertEquals(0, lab.seen("hidden"));
        assertEquals(Prepared.yes(), pooled.prepare(branch.id(), new byte[0]));
        assertEquals(0, lab.seen("hidden"));
        pooled.commit(branch.id());
        assertEquals(2, lab.seen("hidden"));
    }

    @Test
    void aDeadlockThatAProcedureHidesIsNo() throws Exception {
        lab.mariadb()
                .run(
                        "create procedure deadlocking() begin declare continue handler for sqlexception begin end;"
                                + " update locks set times = times + 1 where name = 'x'; insert into seen values ('after'); end");
        JdbcBranch branch = enlist(pooled, next());
        run(branch.connection(), "update locks set times = times + 1 where name = 'y'");
        try (Connection other = lab.mariadb().dataSource().getConnection();
                Connection watching = lab.mariadb().dataSource().getConnection()) {
            other.setAutoCommit(false);
            // The victim is whoever changed less.
            run(other, "insert into seen values ('weight'), ('weight'), ('weight'), ('weight'), ('weight')");
            run(other, "update locks set times = times + 1 where name = 'x'");
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
                try {
                    run(other, "update locks set times = times + 1 where name = 'y'");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            Await.until("it asks for what the branch has", () -> updates(watching));
            run(branch.connection(), "call deadlocking()");
            waiting.get(1, TimeUnit.MINUTES);
            other.rollback();
        }
        Prepared answer = pooled.prepare(branch.id(), new byte[0]);
        assertTrue(answer.reason().contains("deadlock"), answer.toString());
        assertEquals(0, lab.seen("after"));
    }

    private static boolean updates(Connection connection) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select count(*) from information_schema.processlist where info like 'update locks%'")) {
            return rows.next() && rows.getInt(1) > 0;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void serializableBranchesThatHaveNothingInCommonDoNotFailEachOther() throws Exception {
        MariaDbResource strict = MariaDbLab.builder(with("&sessionVariables=tx_isolation='SERIALIZABLE'"))
                .open();
        JdbcBranch one = enlist(strict, next());
        JdbcBranch two = enlist(strict, next());
        run(one.connection(), "insert into seen values ('serial')");
        run(two.connection(), "insert into seen values ('serial')");
        assertEquals(Prepared.yes(), strict.prepare(one.id(), new byte[0]));
        assertEquals(Prepared.yes(), strict.prepare(two.id(), new byte[0]));
        strict.forgetBefore(INSTALLATION, 1);
        elsewhere().rollback(next());
        strict.commit(one.id());
        strict.commit(two.id());
        assertEquals(2, lab.seen("serial"));
    }

    @Test
    void noWayLeadsAroundTheGuard() throws Exception {
        JdbcBranch branch = enlist(pooled, next());
        Connection guarded = branch.connection();
        run(guarded, "insert into seen values ('around')");
        assertSame(guarded, guarded.unwrap(Connection.class));
        assertSame(guarded, guarded.getMetaData().getConnection());
        assertEquals(Prepared.yes(), pooled.prepare(branch.id(), new byte[0]));
        pooled.rollback(branch.id());
        assertEquals(0, lab.seen("around"));
    }
}
