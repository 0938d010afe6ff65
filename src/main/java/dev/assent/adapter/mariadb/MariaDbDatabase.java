package dev.assent.adapter.mariadb;

import dev.assent.adapter.jdbc.BranchTransaction;
import dev.assent.adapter.jdbc.SqlDatabase;
import dev.assent.adapter.jdbc.SqlTransaction;
import dev.assent.protocol.BranchId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/** What MariaDB has its own way of. Thread-safe. */
final class MariaDbDatabase implements SqlDatabase {
    private final DataSource dataSource;
    private final int waitSeconds;
    /** What this process has prepared, each on the connection that can finish it. */
    private final Map<BranchId, MariaDbBranch> kept = new ConcurrentHashMap<>();

    MariaDbDatabase(DataSource dataSource, Duration lockWait) {
        this.dataSource = dataSource;
        this.waitSeconds = (int) Math.max(1, lockWait.plusMillis(999).toSeconds());
    }

    @Override
    public String kind() {
        return "mariadb";
    }

    @Override
    public BranchTransaction enter(BranchId branch, boolean toPrepare) throws SQLException {
        Session session = Session.open(dataSource, waitSeconds);
        try {
            BranchLocks locks = new BranchLocks(branch);
            boolean owner = locks.own(session, 0);
            if (!owner && !session.prepared().contains(branch)) {
                owner = locks.own(session, waitSeconds);
                if (!owner && !session.prepared().contains(branch)) {
                    throw new SQLException("another connection works in branch " + branch + " for more than "
                            + waitSeconds + " s; to be asked again");
                }
            }
            return new MariaDbBranch(this, session, branch, locks, owner);
        } catch (SQLException e) {
            session.breakOff();
            throw e;
        }
    }

    @Override
    public SqlTransaction maintenance() throws SQLException {
        Session session = Session.open(dataSource, waitSeconds);
        try {
            session.connection().setAutoCommit(false);
            // What somebody has not committed is no evidence, whatever the server's default is.
            session.execute("set transaction isolation level read committed");
            return new Maintenance(session);
        } catch (SQLException e) {
            session.breakOff();
            throw e;
        }
    }

    private static final class Maintenance extends SqlTransaction {
        private final Session session;

        Maintenance(Session session) {
            super(session.connection());
            this.session = session;
        }

        @Override
        public void commit() throws SQLException {
            connection().commit();
        }

        @Override
        public void close() {
            session.close();
        }
    }

    void keep(MariaDbBranch branch) {
        kept.put(branch.branch(), branch);
    }

    void letGo(MariaDbBranch branch) {
        kept.remove(branch.branch(), branch);
    }

    /** Besides, lets go of connections whose branches were finished elsewhere. */
    @Override
    public Collection<BranchId> prepared(String participant) throws SQLException {
        List<MariaDbBranch> before =
                kept.values().stream().filter(MariaDbBranch::keepsPrepared).toList();
        List<BranchId> found;
        try (Session session = Session.open(dataSource, waitSeconds)) {
            found = session.prepared();
        }
        before.stream().filter(branch -> !found.contains(branch.branch())).forEach(MariaDbBranch::abandon);
        return found.stream()
                .filter(branch -> branch.participant().equals(participant))
                .toList();
    }

    @Override
    public boolean commit(BranchId branch) throws SQLException {
        return finish("xa commit", branch);
    }

    @Override
    public boolean rollback(BranchId branch) throws SQLException {
        return finish("xa rollback", branch);
    }

    private boolean finish(String how, BranchId branch) throws SQLException {
        MariaDbBranch own = kept.get(branch);
        if (own != null && own.finish(how)) {
            return true;
        }
        try (Session session = Session.open(dataSource, waitSeconds)) {
            if (session.finish(how, branch)) {
                return true;
            }
            // An unknown xid may be one whose owner lives: final is only that it is not listed either.
            return session.prepared().contains(branch) && finishWithoutOwner(session, how, branch);
        }
    }

    private static boolean finishWithoutOwner(Session session, String how, BranchId branch) throws SQLException {
        BranchLocks locks = new BranchLocks(branch);
        try {
            locks.takeOver(session);
            if (session.finish(how, branch)) {
                return true;
            }
            if (session.prepared().contains(branch)) {
                throw new SQLException("branch " + branch + " is prepared and owned by a connection that does not hold"
                        + " its lock; end that connection, or wait until it ends");
            }
            return false;
        } finally {
            locks.leave(session);
        }
    }

    /** Ends whatever session works in the branch, and returns once the server has let go of it. */
    void endOwner(BranchId branch) throws SQLException {
        BranchLocks locks = new BranchLocks(branch);
        try (Session session = Session.open(dataSource, waitSeconds)) {
            try {
                locks.takeOver(session);
            } finally {
                locks.leave(session);
            }
        }
    }

    @Override
    public boolean connectionLost(SQLException failure) {
        return ErrorCode.connectionLost(failure);
    }

    @Override
    public String describe(SQLException failure) {
        return ErrorCode.describe(failure);
    }

    @Override
    public String listing() {
        return "XA RECOVER";
    }
}
