package dev.assent.adapter.jdbc;

import dev.assent.adapter.jdbc.BranchTable.Standing;
import dev.assent.participant.EnlistableResource;
import dev.assent.participant.EnlistedBranch;
import dev.assent.participant.HeuristicException;
import dev.assent.participant.OnePhaseResource;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every SQL database does as a participant, in the order that makes it safe. Each branch writes a row of its own
 * ({@link BranchTable}), which proves its commit; a rollback leaves a fence on the same key, so that a late prepare
 * fails. The steps that databases have their own way of are in {@link SqlDatabase}. Thread-safe.
 */
public abstract class SqlResource implements OnePhaseResource, EnlistableResource<JdbcBranch> {
    private static final Logger LOG = LoggerFactory.getLogger(SqlResource.class);

    private final SqlDatabase database;
    private final Optional<SqlWork> work;
    private final BranchTable table;
    private final OpenBranches open;
    private final String identity;

    /** @param identity what the database's own table says */
    protected SqlResource(SqlDatabase database, BranchTable table, Optional<SqlWork> work, String identity) {
        this.database = database;
        this.work = work;
        this.table = table;
        this.open = new OpenBranches(database, table);
        this.identity = identity;
    }

    @Override
    public final String kind() {
        return database.kind();
    }

    /** The kind, a colon and a UUID that lies in the database, so that a moved database is the same one. */
    @Override
    public final String identity() {
        return database.kind() + ":" + identity;
    }

    /** Opens the branch on a connection of its own. */
    @Override
    public final JdbcBranch open(EnlistedBranch branch) throws SQLException {
        return new JdbcBranch(branch, open.enlist(branch.branch()));
    }

    @Override
    public final Prepared prepare(BranchId branch, byte[] payload) throws SQLException {
        Prepared refusal;
        synchronized (open.turn(branch)) {
            Optional<Prepared> before = open.answer(branch);
            if (before.isPresent()) {
                return before.get();
            }
            try (Work work = open.take(branch)) {
                Prepared answer = prepare(work, branch, payload);
                open.answered(branch, answer);
                if (answer.answer() != Prepared.Answer.NO || work.source() == Work.Source.ENLISTED || work.looks()) {
                    return answer;
                }
                refusal = answer;
            }
        }
        // It was not looked before: perhaps it failed because it was committed long ago.
        try (SqlTransaction own = database.maintenance()) {
            return table.standing(own.connection(), branch) == Standing.COMMITTED ? Prepared.yes() : refusal;
        }
    }

    private Prepared prepare(Work work, BranchId branch, byte[] payload) throws SQLException {
        BranchTransaction transaction = work.transaction();
        try {
            if (transaction.isPrepared()) {
                return Prepared.yes();
            }
            // Where its row cannot be looked at, the mark fails behind what is there.
            BranchTransaction.Before before = transaction.before(table, branch, work.looksAtBound(), work.looks());
            if (before.forgotten()) {
                return Prepared.no("branch " + branch + " is of a generation that is gone");
            }
            switch (before.standing()) {
                case COMMITTED -> {
                    return Prepared.yes();
                }
                case FENCED -> {
                    return Prepared.no("branch " + branch + " was rolled back before");
                }
                case NONE -> {}
            }
            String refusal = work.run(this.work, payload);
            if (!refusal.isEmpty()) {
                return Prepared.no(refusal);
            }
            BranchTransaction.Mark mark = transaction.mark(table, false);
            if (!mark.objection().isEmpty()) {
                return Prepared.no(mark.objection());
            }
            if (!mark.written()) {
                return Prepared.readOnly();
            }
            return transaction.prepare()
                    ? Prepared.yes()
                    : Prepared.no(
                            "the server rolled the branch back instead of preparing it: a statement of it had failed");
        } catch (SQLException e) {
            if (database.connectionLost(e)) {
                throw e;
            }
            return Prepared.no(database.describe(e));
        }
    }

    @Override
    public final void commit(BranchId branch) throws SQLException, HeuristicException {
        if (database.commit(branch)) {
            return;
        }
        try (SqlTransaction own = database.maintenance()) {
            switch (table.standing(own.connection(), branch)) {
                case COMMITTED -> {}
                case FENCED ->
                    throw new HeuristicException(
                            BranchOutcome.HEURISTIC_ROLLBACK, "branch " + branch + " was rolled back here");
                case NONE -> {
                    // Its record is gone, and went only after the acknowledgement that it was applied here (rule 4).
                    if (!table.forgotten(own.connection(), branch)) {
                        throw new HeuristicException(
                                BranchOutcome.HEURISTIC_HAZARD,
                                "branch " + branch + " is lost: it is neither in " + database.listing()
                                        + " nor in assent_branch of this database");
                    }
                }
            }
        }
    }

    @Override
    public final void rollback(BranchId branch) throws SQLException, HeuristicException {
        open.discard(branch);
        if (fence(branch) == Standing.COMMITTED) {
            throw new HeuristicException(BranchOutcome.HEURISTIC_COMMIT, "branch " + branch + " was committed here");
        }
    }

    private Standing fence(BranchId branch) throws SQLException {
        database.rollback(branch);
        try (SqlTransaction own = database.maintenance()) {
            Standing standing = table.forgotten(own.connection(), branch)
                    ? table.standing(own.connection(), branch)
                    : table.fence(own.connection(), branch);
            own.commit();
            return standing;
        }
    }

    @Override
    public final OnePhase commitOnePhase(BranchId branch, byte[] payload) throws SQLException {
        synchronized (open.turn(branch)) {
            try (Work work = open.take(branch)) {
                if (work.transaction()
                                        .before(table, branch, false, work.looks())
                                        .standing()
                                == Standing.NONE
                        && work.run(this.work, payload).isEmpty()
                        && commitWithMark(work, branch)) {
                    open.answered(branch, Prepared.yes());
                    return OnePhase.COMMITTED;
                }
            } catch (SQLException e) {
                // Whatever failed: only the fence can tell how it ended.
                LOG.debug("{}: one-phase commit failed", branch, e);
            }
        }
        return resolve(branch);
    }

    private boolean commitWithMark(Work work, BranchId branch) throws SQLException {
        if (!work.transaction().mark(table, true).written() || table.forgottenLocking(work.connection(), branch)) {
            return false;
        }
        work.transaction().commit();
        return true;
    }

    @Override
    public final OnePhase resolve(BranchId branch) throws SQLException {
        open.discard(branch);
        return fence(branch) == Standing.COMMITTED ? OnePhase.COMMITTED : OnePhase.FENCED;
    }

    @Override
    public final Collection<BranchId> recover(String participant) throws SQLException {
        return database.prepared(participant);
    }

    @Override
    public final void forgetBefore(UUID installation, long generation) throws SQLException {
        boolean more;
        try (SqlTransaction own = database.maintenance()) {
            more = table.raiseBound(own.connection(), installation, generation);
            own.commit();
        }
        while (more) {
            try (SqlTransaction own = database.maintenance()) {
                more = table.drop(own.connection(), installation, generation);
                own.commit();
            }
        }
    }
}
