package dev.assent.adapter.xa;

import dev.assent.adapter.PreflightException;
import dev.assent.adapter.jdbc.BranchTable;
import dev.assent.adapter.jdbc.Dialect;
import dev.assent.adapter.jdbc.JdbcBranch;
import dev.assent.adapter.jdbc.SqlWork;
import dev.assent.participant.EnlistableResource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.XADataSource;

/**
 * Says how any database with an {@link XADataSource} takes part, and opens it. Each branch has an XA connection of its
 * own, to which its SQL connection belongs; any SQL failure in the work makes it vote NO. A branch that only reads is
 * prepared as any other one, unless the database tells it. For one thread; what it opens is thread-safe.
 */
public final class XaDatabase {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private final XADataSource dataSource;
    private Optional<SqlWork> work = Optional.empty();
    private Duration statementTimeout = DEFAULT_TIMEOUT;
    private Optional<Dialect> dialect = Optional.empty();
    private Optional<SqlWork> probe = Optional.empty();
    private String identity = "";
    private boolean createTables;

    private XaDatabase(XADataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** The database that {@code dataSource} connects to; its connections come without a pool. */
    public static XaDatabase over(XADataSource dataSource) {
        return new XaDatabase(dataSource);
    }

    /** Does what an initiator's payload says. Without it only services that enlist can work here. */
    public XaDatabase work(SqlWork what) {
        work = Optional.of(what);
        return this;
    }

    /** Keeps the proof of each branch in three tables of the database ({@link BranchTable}), in its dialect. */
    public XaDatabase evidence(Dialect spelled) {
        dialect = Optional.of(spelled);
        return this;
    }

    /**
     * Keeps no proof. A branch that the database does not know at its commit is then reported as HEURISTIC_HAZARD, also
     * where it was committed before and only the answer was lost with this process; and a prepare that comes after its
     * rollback is kept out only by this process's memory.
     *
     * @param identity tells this database from every other one, the same in each process: at most 190 characters
     * @param probe changes something small that takes part in transactions; rolled back whenever the resource is opened
     */
    public XaDatabase withoutEvidence(String identity, SqlWork probe) {
        this.identity = identity;
        this.probe = Optional.of(probe);
        return this;
    }

    /**
     * How long one statement may take, with its waiting for locks, before the branch votes NO; whole seconds, 30 unless
     * told.
     *
     * @throws IllegalArgumentException if it is not between 1 s and 1 hour
     */
    public XaDatabase statementTimeout(Duration timeout) {
        if (timeout.toSeconds() < 1 || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("statementTimeout is " + timeout + ", its bounds are 1 s and 1 h");
        }
        statementTimeout = timeout;
        return this;
    }

    /** Whether {@link #open} creates the three tables where they are missing; no unless told. */
    public XaDatabase createTables(boolean create) {
        createTables = create;
        return this;
    }

    /**
     * Probes whether the database keeps what a vote promises, and opens the resource.
     *
     * @throws PreflightException if it does not, or cannot be reached
     * @throws IllegalStateException if it is not said where the evidence is, or that there is none
     */
    public EnlistableResource<JdbcBranch> open() throws PreflightException {
        JdbcLink.Opener source = new JdbcLink.Opener(dataSource, work, statementTimeout);
        if (dialect.isPresent()) {
            BranchTable table = new BranchTable(dialect.get());
            String found = identity(source, table);
            probe(source, new TableEvidence(table));
            return resource(found, source, new TableEvidence(located(source, table)));
        }
        if (probe.isEmpty()) {
            throw new IllegalStateException("say evidence(dialect), or withoutEvidence(identity, probe)");
        }
        Evidence<JdbcLink> none =
                new NoEvidence<>((link, branch) -> probe.get().run(link.connection(), branch, new byte[0]));
        probe(source, none);
        return resource(identity, source, none);
    }

    private static void probe(JdbcLink.Opener source, Evidence<JdbcLink> evidence) throws PreflightException {
        new Probe<>("the database", source, evidence).run();
    }

    private static EnlistableResource<JdbcBranch> resource(
            String id, JdbcLink.Opener source, Evidence<JdbcLink> evidence) {
        return new XaParticipantResource<>("xa", "xa:" + id, source, evidence);
    }

    /** Work may lead its session to other tables of the same name: the proof goes where the fences are. */
    private static BranchTable located(JdbcLink.Opener source, BranchTable table) throws PreflightException {
        try (JdbcLink link = source.open()) {
            return table.located(link.connection());
        } catch (SQLException | RuntimeException e) {
            throw new PreflightException(
                    "it cannot be told where the table assent_branch is: " + XaCodes.describe(e)
                            + "; see that evidence(dialect) names the database's own dialect",
                    e);
        }
    }

    private String identity(JdbcLink.Opener source, BranchTable table) throws PreflightException {
        JdbcLink link;
        try {
            link = source.open();
        } catch (SQLException | RuntimeException e) {
            throw new PreflightException(
                    "the database cannot be reached: " + XaCodes.describe(e)
                            + "; see that the server runs and that address, database, user and password are right",
                    e);
        }
        try (link) {
            Connection connection = link.connection();
            if (createTables) {
                table.create(connection);
            }
            return table.identity(connection).orElseThrow(() -> new SQLException("assent_identity is empty"));
        } catch (SQLException | RuntimeException e) {
            throw new PreflightException(
                    "the tables of the evidence cannot be used: " + XaCodes.describe(e)
                            + "; create them by createTables(true), or run: "
                            + String.join("; ", table.definition()),
                    e);
        }
    }
}
