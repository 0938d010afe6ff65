package dev.assent.adapter.postgresql;

import static dev.assent.adapter.jdbc.ScriptedWork.script;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import dev.assent.adapter.PreflightException;
import dev.assent.adapter.jdbc.JdbcBranch;
import dev.assent.adapter.jdbc.SessionContract;
import dev.assent.adapter.jdbc.SqlResource;
import dev.assent.participant.OnePhaseResource.OnePhase;
import dev.assent.participant.Prepared;
import dev.assent.participant.Prepared.Answer;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.TransactionId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Whatever a session's settings are, from the server, the pool or the work itself: a branch ends as decided. */
class PostgresqlSessionTest extends SessionContract {
    private static PostgresLab lab;

    @BeforeAll
    static void start() throws Exception {
        lab = PostgresLab.shared();
    }

    @Override
    protected DataSource dataSource() throws Exception {
        return lab.postgres().dataSource();
    }

    @Override
    protected SqlResource open(DataSource connections) throws Exception {
        return PostgresLab.builder(connections).open();
    }

    @Override
    protected int poolSize() {
        return 1;
    }

    private static PostgresqlResource with(String options) throws Exception {
        PGSimpleDataSource source = (PGSimpleDataSource) lab.postgres().dataSource();
        source.setOptions(options);
        return PostgresLab.builder(source).open();
    }

    @Test
    void theMarkIsWrittenWhereTheFenceIsWhateverTheSearchPath() throws Exception {
        lab.postgres().run("create schema tenant");
        with("-c search_path=tenant");
        JdbcBranch branch = enlist(pooled, next());
        run(branch.connection(), "insert into seen values ('path')");
        run(branch.connection(), "set local search_path = tenant, public");
        PostgresqlResource elsewhere =
                PostgresLab.builder(lab.postgres().dataSource()).open();
        assertEquals(OnePhase.FENCED, elsewhere.resolve(branch.id()));
        assertEquals(OnePhase.FENCED, pooled.commitOnePhase(branch.id(), new byte[0]));
        assertEquals(0, lab.seen("path"));
    }

    @Test
    void whatNobodyHereCouldFinishIsNotPrepared() throws Exception {
        lab.postgres()
                .run(
                        "create role app login",
                        "create role tenant_a",
                        "grant tenant_a to app",
                        "grant all on all tables in schema public to app, tenant_a");
        PGSimpleDataSource source = (PGSimpleDataSource) lab.postgres().dataSource();
        source.setUser("app");
        PostgresqlResource resource = PostgresqlResource.over(source)
                .work((connection, id, payload) -> {
                    run(connection, "set local role tenant_a");
                    run(connection, "insert into seen values ('role')");
                })
                .open();
        BranchId branch = next();
        Prepared answer = resource.prepare(branch, new byte[0]);
        assertEquals(Answer.NO, answer.answer());
        assertTrue(answer.reason().contains("tenant_a"), answer.reason());
    }

    @Test
    void aTimeZoneOfTheWorksOwnIsNoObjection() throws Exception {
        PostgresqlResource resource = PostgresqlResource.over(lab.postgres().dataSource())
                .work((connection, id, payload) -> {
                    run(connection, "set local time zone 'Asia/Kathmandu'");

                    run(connection, "insert into seen values ('zone')");
                })
                .open();
        BranchId branch = next();
        assertEquals(Prepared.yes(), resource.prepare(branch, new byte[0]));
        resource.rollback(branch);
    }

    @Test
    void workThatMayOnlyReadIsReadOnly() throws Exception {
        PostgresqlResource resource = PostgresqlResource.over(lab.postgres().dataSource())
                .work((connection, id, payload) -> {
                    run(connection, "set transaction read only");
                    run(connection, "select * from seen");
                })
                .open();
        assertEquals(Prepared.readOnly(), resource.prepare(next(), new byte[0]));
    }

    @Test
    void whatIsChangedWithoutACountIsPrepared() throws Exception {
        PostgresqlResource resource = PostgresqlResource.over(lab.postgres().dataSource())
                .work((connection, id, payload) -> run(connection, "select * from locks for update"))
                .open();
        BranchId branch = next();
        assertEquals(Prepared.yes(), resource.prepare(branch, new byte[0]));
        resource.commit(branch);
    }

    @Test
    void aConnectionThatWentBackIsNotEnded() throws Exception {
        JdbcBranch branch = enlist(pooled, next());
        run(branch.connection(), "insert into seen values ('fenced')");
        PostgresqlResource elsewhere =
                PostgresLab.builder(lab.postgres().dataSource()).open();
        elsewhere.rollback(branch.id());
        // The pool has one connection: it goes back, and whoever is killed is the one who kills.
        assertEquals(OnePhase.FENCED, pooled.commitOnePhase(branch.id(), new byte[0]));
        assertEquals(0, lab.seen("fenced"));
    }

    @Test
    void serializableBranchesThatHaveNothingInCommonDoNotFailEachOther() throws Exception {
        PostgresqlResource strict = with("-c default_transaction_isolation=serializable");
        JdbcBranch one = enlist(strict, next());
        JdbcBranch two = enlist(strict, next());
        run(one.connection(), "insert into seen values ('serial')");
        run(two.connection(), "insert into seen values ('serial')");
        assertEquals(Prepared.yes(), strict.prepare(one.id(), new byte[0]));
        assertEquals(Prepared.yes(), strict.prepare(two.id(), new byte[0]));
        strict.commit(one.id());
        strict.commit(two.id());
        assertEquals(2, lab.seen("serial"));
        BranchId outer = next();
        BranchId inner = next();
        PostgresqlResource nested = PostgresqlResource.over(serializable())
                .lockWait(Duration.ofMillis(500))
                .work((connection, id, payload) -> {
                    run(connection, "insert into seen values ('payload')");
                    if (payload.length > 0) {
                        assertSame(
                                Answer.YES,
                                strict.prepare(inner, script("add payload")).answer());
                    }
                })
                .open();
        assertEquals(Prepared.yes(), nested.prepare(outer, new byte[1]));
        assertEquals(Prepared.yes(), nested.prepare(outer, new byte[1]));
        strict.commit(inner);
        nested.commit(outer);
        assertEquals(2, lab.seen("payload"));
        assertEquals(Prepared.yes(), nested.prepare(outer, new byte[0]));
    }

    private static PGSimpleDataSource serializable() {
        PGSimpleDataSource source = (PGSimpleDataSource) lab.postgres().dataSource();
        source.setOptions("-c default_transaction_isolation=serializable");
        return source;
    }

    @Test
    void aSnapshotDoesNotHideAFenceOrABound() throws Exception {
        PostgresqlResource strict = with("-c default_transaction_isolation=repeatable\\ read");
        PostgresqlResource elsewhere =
                PostgresLab.builder(lab.postgres().dataSource()).open();
        JdbcBranch branch = enlist(strict, next());
        run(branch.connection(), "insert into seen values ('snapshot')");
        assertEquals(OnePhase.FENCED, elsewhere.resolve(branch.id()));
        assertEquals(OnePhase.FENCED, strict.commitOnePhase(branch.id(), new byte[0]));
        UUID other = UUID.randomUUID();
        BranchId late = new BranchId(other, TransactionId.of(1, 1), "session", String.format("%016x", 1));
        JdbcBranch hung = enlist(strict, late);
        run(hung.connection(), "insert into seen values ('snapshot')");
        assertEquals(OnePhase.FENCED, elsewhere.resolve(late));
        elsewhere.forgetBefore(other, 2);
        assertEquals(OnePhase.FENCED, strict.commitOnePhase(late, new byte[0]));
        assertEquals(0, lab.seen("snapshot"));
    }

    @Test
    void noWayLeadsAroundTheGuard() throws Exception {
        JdbcBranch branch = enlist(pooled, next());
        Connection guarded = branch.connection();
        run(guarded, "insert into seen values ('around')");
        assertSame(guarded, guarded.unwrap(Connection.class));
        assertSame(guarded, guarded.getMetaData().getConnection());
        try (Statement statement = guarded.createStatement();
                ResultSet rows = statement.executeQuery("select 1")) {
            assertSame(guarded, rows.getStatement().getConnection());
            assertSame(guarded, statement.unwrap(Statement.class).getConnection());
        }
        assertEquals(Prepared.yes(), pooled.prepare(branch.id(), new byte[0]));
        pooled.rollback(branch.id());
        assertEquals(0, lab.seen("around"));
    }

    @Test
    void connectionsThatOnlyReadAreRefused() throws Exception {
        pool.close();
        pool = new HikariDataSource();
        pool.setDataSource(lab.postgres().dataSource());
        pool.setReadOnly(true);
        String refused = assertThrows(
                        PreflightException.class,
                        () -> PostgresqlResource.over(pool).open())
                .getMessage();
        assertTrue(refused.contains("its connections are read-only"), refused);
        String server = assertThrows(
                        PreflightException.class,
                        () -> PostgresqlResource.over(readOnly()).open())
                .getMessage();
        assertTrue(server.startsWith("default_transaction_read_only is on"), server);
    }

    private static PGSimpleDataSource readOnly() {
        PGSimpleDataSource source = (PGSimpleDataSource) lab.postgres().dataSource();
        source.setOptions("-c default_transaction_read_only=on");
        return source;
    }

    @Test
    void severalInstancesMayCreateTheTablesAtOnce() throws Exception {
        lab.postgres().run("create schema crowd");
        List<CompletableFuture<String>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return with("-c search_path=crowd").identity();
                        } catch (Exception e) {
                            return e.toString();
                        }
                    },
                    command -> new Thread(command).start()));
        }
        Set<String> identities = new HashSet<>();
        for (CompletableFuture<String> each : all) {
            identities.add(each.get(1, TimeUnit.MINUTES));
        }
        assertEquals(1, identities.size(), identities.toString());
    }
}
