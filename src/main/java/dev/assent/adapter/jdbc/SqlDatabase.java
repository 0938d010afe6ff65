package dev.assent.adapter.jdbc;

import dev.assent.protocol.BranchId;
import java.sql.SQLException;
import java.util.Collection;

/** The steps that each kind of database has its own way of. Thread-safe. */
public interface SqlDatabase {
    /** As {@link dev.assent.participant.Resource#kind}. */
    String kind();

    /**
     * A transaction for {@code branch}, not begun yet; waits for another one of the same branch, and gives one out also
     * where that is in vain because the branch is prepared.
     *
     * @param toPrepare whether {@link BranchTransaction#before} is asked next, so that its answer may come at once
     */
    BranchTransaction enter(BranchId branch, boolean toPrepare) throws SQLException;

    /** A transaction of the adapter's own, begun. */
    SqlTransaction maintenance() throws SQLException;

    /** The prepared branches of {@code participant}, whatever their installation and attempt. */
    Collection<BranchId> prepared(String participant) throws SQLException;

    /** Answers false where there is no such prepared branch; any other failure is thrown, and asked again. */
    boolean commit(BranchId branch) throws SQLException;

    /** As {@link #commit}. */
    boolean rollback(BranchId branch) throws SQLException;

    /** Whether a failure leaves open how the transaction ended. */
    boolean connectionLost(SQLException failure);

    /** One line for people. */
    String describe(SQLException failure);

    /** Where prepared branches are looked up, for people. */
    String listing();
}
