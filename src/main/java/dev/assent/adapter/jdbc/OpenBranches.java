package dev.assent.adapter.jdbc;

import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The branches that services work in, and what became of them. Thread-safe. */
final class OpenBranches {
    private static final int ANSWERS_KEPT = 1_024;

    private final SqlDatabase database;
    private final BranchTable table;
    private final Map<BranchId, BranchTransaction> open = new ConcurrentHashMap<>();
    private final Set<UUID> installations = ConcurrentHashMap.newKeySet();
    /** What became of enlisted branches: their work cannot be done again. */
    private final Map<BranchId, Prepared> answers = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<BranchId, Prepared> eldest) {
            return size() > ANSWERS_KEPT;
        }
    });

    /** Rolled back here: what is opened at the same moment is closed again. */
    private final Set<BranchId> discarded =
            Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<BranchId, Boolean> eldest) {
                    return size() > ANSWERS_KEPT;
                }
            }));

    OpenBranches(SqlDatabase database, BranchTable table) {
        this.database = database;
        this.table = table;
    }

    /** Opens the branch for a service; answers the same connection while it is open. */
    HeldConnection enlist(BranchId branch) throws SQLException {
        BranchTransaction before = open.get(branch);
        if (before != null) {
            return before.held();
        }
        ensureBound(branch.installation());
        refuseIfOver(branch);
        BranchTransaction transaction = database.enter(branch, false);
        try {
            transaction.locate();
            transaction.begin();
            BranchTransaction other = open.putIfAbsent(branch, transaction);
            if (other != null) {
                transaction.close();
                return other.held();
            }
            if (discarded.contains(branch)) {
                open.remove(branch, transaction);
                throw over(branch);
            }
            return transaction.held();
        } catch (SQLException e) {
            transaction.close();
            throw e;
        }
    }

    /** Nobody would ever end what is opened for a branch that is over, nor the locks of what is done in it. */
    private void refuseIfOver(BranchId branch) throws SQLException {
        if (answers.containsKey(branch)) {
            throw over(branch);
        }
        try (SqlTransaction own = database.maintenance()) {
            if (table.forgotten(own.connection(), branch)
                    || table.standing(own.connection(), branch) != BranchTable.Standing.NONE) {
                throw over(branch);
            }
        }
    }

    private static SQLException over(BranchId branch) {
        return new SQLException("branch " + branch + " was prepared, committed or rolled back before, and is not opened"
                + " again: enlist in another transaction");
    }

    /** What calls on one connection synchronize on, so that they come one after the other. */
    Object turn(BranchId branch) {
        BranchTransaction enlisted = open.get(branch);
        return enlisted == null ? new Object() : enlisted;
    }

    /** What was answered for an enlisted branch before. */
    Optional<Prepared> answer(BranchId branch) {
        return Optional.ofNullable(answers.get(branch));
    }

    /** The branch's transaction: the one that a service worked in, or a new one. */
    Work take(BranchId branch) throws SQLException {
        BranchTransaction enlisted = open.get(branch);
        if (enlisted != null) {
            enlisted.held().settle();
            if (!enlisted.connection().isClosed()) {
                return new Work(database, enlisted, branch, Work.Source.ENLISTED);
            }
        }
        ensureBound(branch.installation());
        Work.Source source = enlisted == null ? Work.Source.PAYLOAD : Work.Source.LOST;
        return new Work(database, database.enter(branch, true), branch, source);
    }

    /** Remembers the answer of a branch that a service worked in. */
    void answered(BranchId branch, Prepared answer) {
        if (open.containsKey(branch)) {
            answers.put(branch, answer);
            open.remove(branch);
        }
    }

    /** Ends what a service works in, also in the middle of a statement. */
    void discard(BranchId branch) throws SQLException {
        discarded.add(branch);
        BranchTransaction enlisted = open.get(branch);
        if (enlisted == null) {
            return;
        }
        enlisted.held().release();
        enlisted.end();
        answered(branch, Prepared.no("branch " + branch + " was rolled back before"));
    }

    // Before the branch's own connection is taken: a pool of one must do.
    private void ensureBound(UUID installation) throws SQLException {
        if (installations.contains(installation)) {
            return;
        }
        try (SqlTransaction own = database.maintenance()) {
            table.ensureBound(own.connection(), installation);
            own.commit();
        }
        installations.add(installation);
    }
}
