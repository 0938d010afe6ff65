package dev.assent.adapter.jdbc;

import dev.assent.protocol.BranchId;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The transaction of a branch in a database's own terms. Whoever has one is alone with its branch: a second one is only
 * given out after the first has ended. For one thread, except for {@link #end}.
 */
public abstract class BranchTransaction extends SqlTransaction {
    private final HeldConnection held;

    protected BranchTransaction(Connection connection) {
        super(connection);
        this.held = new HeldConnection(connection);
    }

    /** The view of the connection that the work has. */
    public final HeldConnection held() {
        return held;
    }

    /**
     * What the tables say of a branch before its work is done.
     *
     * @param forgotten whether the rows of its generation may have been dropped
     */
    public record Before(boolean forgotten, BranchTable.Standing standing) {}

    /**
     * What became of the proof of commit.
     *
     * @param objection why what was done must not be committed though nobody complained; empty where nothing speaks
     *     against it
     * @param written whether it was written; without an objection it is not where the work changed nothing
     */
    public record Mark(String objection, boolean written) {}

    /** Whether the branch lies prepared in the database. */
    public abstract boolean isPrepared() throws SQLException;

    /**
     * Looks at what the tables say of the branch.
     *
     * @param atBound whether to ask for the bound; if not, the branch is not forgotten
     * @param atRow whether to ask for the branch's own row; if not, its standing is NONE
     */
    public Before before(BranchTable table, BranchId branch, boolean atBound, boolean atRow) throws SQLException {
        boolean forgotten = atBound && table.forgotten(connection(), branch);
        return new Before(
                forgotten, atRow && !forgotten ? table.standing(connection(), branch) : BranchTable.Standing.NONE);
    }

    /** Begins, where that was not done before. */
    public abstract void begin() throws SQLException;

    /**
     * Whether looking up the branch's own row, which is not there, keeps nobody from writing one beside it: a
     * serializable transaction remembers or locks also what it did not find.
     */
    public abstract boolean looksHarmlessly();

    /** To be called before a service works on the connection: makes {@link #end} possible. */
    public abstract void locate() throws SQLException;

    /**
     * Writes the proof of commit, unless something speaks against committing; fails on the key behind a fence.
     *
     * @param always also where the work changed nothing
     */
    public abstract Mark mark(BranchTable table, boolean always) throws SQLException;

    /**
     * Prepares; answers whether the branch lies prepared now.
     *
     * @throws SQLException if it is not, or if that is unknown: then {@link SqlDatabase#connectionLost} says so
     */
    public abstract boolean prepare() throws SQLException;

    /** What {@link #prepare} throws where it is unknown whether the branch lies prepared (SQLSTATE 08007). */
    protected static SQLException unknown(BranchId branch, SQLException cause) {
        return new SQLException(
                "whether branch " + branch + " is prepared is unknown: " + cause.getMessage(), "08007", cause);
    }

    /** Ends connection and transaction from another thread, also in the middle of a statement, unless prepared. */
    public abstract void end() throws SQLException;
}
