package dev.assent.adapter.mariadb;

import dev.assent.adapter.jdbc.BranchTable;
import dev.assent.adapter.jdbc.BranchTransaction;
import dev.assent.adapter.xa.BranchXid;
import dev.assent.protocol.BranchId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A branch's transaction in MariaDB, and after XA PREPARE the connection that alone can finish it. */
final class MariaDbBranch extends BranchTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(MariaDbBranch.class);

    /** How far the session is with the xid. */
    private enum Phase {
        OUTSIDE,
        /** Between XA START and XA END. */
        ACTIVE,
        /** After XA END. */
        IDLE,
        PREPARED,
        /** Only the end of the connection leads back to what is known. */
        UNKNOWN
    }

    private final MariaDbDatabase database;
    private final Session session;
    private final BranchId branch;
    private final BranchLocks locks;
    private final boolean owner;
    private final Object ending = new Object();
    private volatile Phase phase = Phase.OUTSIDE;
    private long writesBefore;
    private volatile boolean serializable;

    /** @param owner whether the session owns the branch; otherwise it is prepared, and somebody else's */
    MariaDbBranch(MariaDbDatabase database, Session session, BranchId branch, BranchLocks locks, boolean owner) {
        super(session.connection());
        this.database = database;
        this.session = session;
        this.branch = branch;
        this.locks = locks;
        this.owner = owner;
    }

    BranchId branch() {
        return branch;
    }

    boolean keepsPrepared() {
        return phase == Phase.PREPARED;
    }

    @Override
    public boolean isPrepared() throws SQLException {
        return session.prepared().contains(branch);
    }

    @Override
    public void begin() throws SQLException {
        if (phase != Phase.OUTSIDE) {
            return;
        }
        if (!owner) {
            throw new SQLException("branch " + branch + " is owned by another connection");
        }
        writesBefore = session.writes();
        // What runs outside the XA transaction by mistake must not commit by itself.
        connection().setAutoCommit(false);
        phase = Phase.UNKNOWN;
        try {
            session.execute("xa start " + BranchXid.of(branch));
        } catch (SQLException e) {
            // The xid exists: whatever it is, it is not this transaction's to roll back.
            throw unknown(branch, e);
        }
        phase = Phase.ACTIVE;
    }

    /** What was not opened for a service is asked before XA START. */
    @Override
    public boolean looksHarmlessly() {
        return !serializable;
    }

    /** The lock tells who the owner is. */
    @Override
    public void locate() throws SQLException {
        serializable = connection().getTransactionIsolation() == Connection.TRANSACTION_SERIALIZABLE;
        LOG.debug("{} is opened for a service", branch);
    }

    @Override
    public Mark mark(BranchTable table, boolean always) throws SQLException {
        Optional<SQLException> failure = held().failure();
        if (failure.isPresent()) {
            return new Mark(
                    "a statement of the work failed, after which nothing of it is committed: "
                            + ErrorCode.describe(failure.get()),
                    false);
        }
        if (!always && session.writes() == writesBefore) {
            return new Mark("", false);
        }
        table.mark(connection(), branch);
        return new Mark("", true);
    }

    @Override
    public boolean prepare() throws SQLException {
        synchronized (ending) {
            xaEnd();
            phase = Phase.UNKNOWN;
            database.keep(this);
            try {
                session.execute("xa prepare " + BranchXid.of(branch));
                phase = Phase.PREPARED;
                return true;
            } catch (SQLException e) {
                database.letGo(this);
                throw unknown(branch, e);
            }
        }
    }

    private void xaEnd() throws SQLException {
        session.execute("xa end " + BranchXid.of(branch));
        phase = Phase.IDLE;
    }

    /** By XA as well, though nothing is prepared: so the server itself refuses a commit by the work. */
    @Override
    public void commit() throws SQLException {
        xaEnd();
        phase = Phase.UNKNOWN;
        session.execute("xa commit " + BranchXid.of(branch) + " one phase");
        phase = Phase.OUTSIDE;
    }

    /**
     * Finishes the prepared branch on the connection that prepared it. Thread-safe. Answers false where this connection
     * cannot: it is finished, or has to be finished from another one now.
     */
    boolean finish(String how) {
        synchronized (ending) {
            if (phase != Phase.PREPARED) {
                return false;
            }
            phase = Phase.UNKNOWN;
            try {
                session.execute(how + " " + BranchXid.of(branch));
                phase = Phase.OUTSIDE;
            } catch (SQLException e) {
                LOG.debug("{}: {} failed on the connection that prepared it", branch, how, e);
            }
            boolean finished = phase == Phase.OUTSIDE;
            database.letGo(this);
            close();
            return finished;
        }
    }

    /** Ends the connection where it still keeps a branch that somebody else has finished. Thread-safe. */
    void abandon() {
        synchronized (ending) {
            if (phase == Phase.PREPARED) {
                phase = Phase.UNKNOWN;
                database.letGo(this);
                close();
            }
        }
    }

    @Override
    public void end() throws SQLException {
        session.breakOff();
        database.endOwner(branch);
    }

    @Override
    public void close() {
        switch (phase) {
            case PREPARED -> LOG.debug("{} is prepared: its connection is kept", branch);
            case UNKNOWN -> session.breakOff();
            default -> session.giveBack(this::leave);
        }
    }

    private void leave(Connection connection) throws SQLException {
        if (phase == Phase.ACTIVE) {
            try {
                xaEnd();
            } catch (SQLException e) {
                // Also said of one that the server rolled back, after a deadlock; XA ROLLBACK is still due.
                LOG.debug("{}: XA END", branch, e);
            }
        }
        if (phase != Phase.OUTSIDE) {
            int warning = session.execute("xa rollback " + BranchXid.of(branch));
            if (warning == ErrorCode.NOT_ROLLED_BACK) {
                LOG.warn("{}: its work changed rows of a table that is not InnoDB: they are not rolled back", branch);
            }
        }
        connection.rollback();
        if (owner) {
            locks.disown(session);
        }
    }
}
