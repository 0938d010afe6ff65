package dev.assent.adapter.postgresql;

import dev.assent.adapter.jdbc.BranchTable;
import dev.assent.adapter.jdbc.BranchTable.Standing;
import dev.assent.adapter.jdbc.JdbcBranch;
import dev.assent.adapter.jdbc.SqlWork;
import dev.assent.participant.EnlistableResource;
import dev.assent.participant.EnlistedBranch;
import dev.assent.participant.HeuristicException;
import dev.assent.participant.OnePhaseResource;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL database as a participant: the work of a branch is one transaction, prepared with {@code PREPARE
 * TRANSACTION} under the branch's id and finished from any connection with {@code COMMIT PREPARED} or {@code ROLLBACK
 * PREPARED}.
 *
 * <p>YES is voted only after the branch was seen in {@code pg_prepared_xacts}: PostgreSQL answers PREPARE of a
 * transaction that failed before with a rollback and no error. Each branch writes a row of its own ({@link
 * BranchTable}), which proves its commit; a rollback leaves a fence on the same key, so that a late prepare fails. A
 * branch that was given no transaction number by the server changed and locked nothing, and votes READ_ONLY.
 *
 * <p>The server needs {@code max_prepared_transactions} above the number of branches at once, and the user the right to
 * work on the three tables; only the user who prepared, or a superuser, can finish a branch. Works over any {@link
 * DataSource}; a connection of a pool is given back only when no transaction is open on it. Thread-safe.
 */
public final class PostgresqlResource implements OnePhaseResource, EnlistableResource<JdbcBranch> {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresqlResource.class);

    private final DataSource dataSource;
    private final Optional<SqlWork> work;
    private final BranchTable table;
    private final PreparedBranches prepared;
    private final OpenBranches open;
    private final String identity;

    PostgresqlResource(
            DataSource dataSource, Optional<SqlWork> work, Duration lockWait, BranchTable table, String identity) {
        this.dataSource = dataSource;
        this.work = work;
        this.table = table;
        this.prepared = new PreparedBranches(dataSource);
        this.open = new OpenBranches(dataSource, lockWait, table, prepared);
        this.identity = identity;
    }

    /** The database that {@code dataSource} connects to. */
    public static PostgresqlBuilder over(DataSource dataSource) {
        return new PostgresqlBuilder(dataSource);
    }

    @Override
    public String kind() {
        return "postgresql";
    }

    /** {@code postgresql:} and a UUID that lies in the database, so that a moved database is the same one. */
    @Override
    public String identity() {
        return "postgresql:" + identity;
    }

    /** Opens the branch on a connection of its own. */
    @Override
    public JdbcBranch open(EnlistedBranch branch) throws SQLException {
        return new JdbcBranch(branch, open.enlist(branch.branch()));
    }

    @Override
    public Prepared prepare(BranchId branch, byte[] payload) throws SQLException {
        Optional<Prepared> before = open.answer(branch);
        if (before.isPresent()) {
            return before.get();
        }
        try (Work work = open.take(branch)) {
            Prepared answer = prepare(work, branch, payload);
            open.answered(branch, answer);
            return answer;
        }
    }

    private Prepared prepare(Work work, BranchId branch, byte[] payload) throws SQLException {
        try {
            if (prepared.contains(work.connection(), branch)) {
                return Prepared.yes();
            }
            if (table.forgotten(work.connection(), branch)) {
                return Prepared.no("branch " + branch + " is of a generation that is gone");
            }
            switch (table.standing(work.connection(), branch)) {
                case COMMITTED -> {
                    return Prepared.yes();
                }
                case FENCED -> {
                    return Prepared.no("branch " + branch + " was rolled back before");
                }
                case NONE -> {}
            }
            String refusal = refusal(work, payload);
            if (!refusal.isEmpty()) {
                return Prepared.no(refusal);
            }
            if (!work.changedAnything()) {
                return Prepared.readOnly();
            }
            table.mark(work.connection(), branch);
            work.prepareTransaction();
        } catch (SQLException e) {
            if (SqlState.connectionLost(e)) {
                throw e;
            }
            return Prepared.no(SqlState.describe(e));
        }
        return prepared.contains(work.connection(), branch)
                ? Prepared.yes()
                : Prepared.no(
                        "the server rolled the branch back instead of preparing it: a statement of it had failed");
    }

    private String refusal(Work work, byte[] payload) throws SQLException {
        String refusal = work.run(this.work, payload);
        return !refusal.isEmpty() || work.sameTransaction()
                ? refusal
                : "the work ended the transaction by itself: what it committed is not part of the branch and stays";
    }

    @Override
    public void commit(BranchId branch) throws SQLException, HeuristicException {
        if (prepared.commit(branch)) {
            return;
        }
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            switch (table.standing(connection, branch)) {
                case COMMITTED -> {}
                case FENCED ->
                    throw new HeuristicException(
                            BranchOutcome.HEURISTIC_ROLLBACK, "branch " + branch + " was rolled back here");
                case NONE -> {
                    // Its record is gone, and went only after the acknowledgement that it was applied here (rule 4).
                    if (!table.forgotten(connection, branch)) {
                        throw new HeuristicException(
                                BranchOutcome.HEURISTIC_HAZARD,
                                "branch " + branch + " is lost: it is neither in pg_prepared_xacts nor in"
                                        + " assent_branch of this database");
                    }
                }
            }
        }
    }

    @Override
    public void rollback(BranchId branch) throws SQLException, HeuristicException {
        open.discard(branch);
        if (fence(branch) == Standing.COMMITTED) {
            throw new HeuristicException(BranchOutcome.HEURISTIC_COMMIT, "branch " + branch + " was committed here");
        }
    }

    private Standing fence(BranchId branch) throws SQLException {
        prepared.rollback(branch);
        try (Work own = open.maintenance()) {
            Standing standing = table.forgotten(own.connection(), branch)
                    ? table.standing(own.connection(), branch)
                    : table.fence(own.connection(), branch);
            own.commit();
            return standing;
        }
    }

    @Override
    public OnePhase commitOnePhase(BranchId branch, byte[] payload) throws SQLException {
        try (Work work = open.take(branch)) {
            if (table.standing(work.connection(), branch) == Standing.NONE
                    && refusal(work, payload).isEmpty()
                    && commitWithMark(work, branch)) {
                open.answered(branch, Prepared.yes());
                return OnePhase.COMMITTED;
            }
        } catch (SQLException e) {
            // Whatever failed: only the fence can tell how it ended.
            LOG.debug("{}: one-phase commit failed", branch, e);
        }
        return resolve(branch);
    }

    private boolean commitWithMark(Work work, BranchId branch) throws SQLException {
        table.mark(work.connection(), branch);
        if (table.forgottenLocking(work.connection(), branch)) {
            return false;
        }
        work.commit();
        return true;
    }

    @Override
    public OnePhase resolve(BranchId branch) throws SQLException {
        open.discard(branch);
        return ended(fence(branch));
    }

    private static OnePhase ended(Standing standing) {
        return standing == Standing.COMMITTED ? OnePhase.COMMITTED : OnePhase.FENCED;
    }

    @Override
    public Collection<BranchId> recover(String participant) throws SQLException {
        return prepared.of(participant);
    }

    @Override
    public void forgetBefore(UUID installation, long generation) throws SQLException {
        boolean more;
        try (Work own = open.maintenance()) {
            more = table.raiseBound(own.connection(), installation, generation);
            own.commit();
        }
        while (more) {
            try (Work own = open.maintenance()) {
                more = table.drop(own.connection(), installation, generation);
                own.commit();
            }
        }
    }
}
