package dev.assent.adapter.xa;

import dev.assent.adapter.RefusedException;
import dev.assent.adapter.jdbc.HeldConnection;
import dev.assent.adapter.jdbc.JdbcBranch;
import dev.assent.adapter.jdbc.SqlWork;
import dev.assent.participant.EnlistedBranch;
import dev.assent.protocol.BranchId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import javax.transaction.xa.XAResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An XA connection of a database, and the SQL connection that belongs to it. */
final class JdbcLink implements XaLink<JdbcBranch> {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcLink.class);

    private final Optional<SqlWork> work;
    private final XAConnection xa;
    private final XAResource resource;
    private final HeldConnection held;

    private JdbcLink(XAConnection xa, Optional<SqlWork> work, int timeoutSeconds) throws SQLException {
        this.xa = xa;
        this.work = work;
        this.resource = xa.getXAResource();
        this.held = new HeldConnection(timed(xa.getConnection(), timeoutSeconds));
    }

    /** Opens them from a data source. */
    record Opener(XADataSource dataSource, Optional<SqlWork> work, Duration statementTimeout)
            implements Source<JdbcLink> {
        @Override
        public JdbcLink open() throws SQLException {
            XAConnection xa = dataSource.getXAConnection();
            try {
                return new JdbcLink(xa, work, Math.toIntExact(statementTimeout.toSeconds()));
            } catch (SQLException | RuntimeException e) {
                xa.close();
                throw e;
            }
        }

        @Override
        public void requireWork() throws RefusedException {
            if (work.isEmpty()) {
                throw new RefusedException("this instance does no work for a payload, only for services that enlist");
            }
        }
    }

    /** Bounds every statement, the work's and the adapter's own. */
    private static Connection timed(Connection real, int seconds) {
        return (Connection) Proxy.newProxyInstance(
                JdbcLink.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(real, arguments);
                        if (result instanceof Statement statement) {
                            statement.setQueryTimeout(seconds);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** The connection itself. */
    Connection connection() {
        return held.real();
    }

    @Override
    public XAResource resource() {
        return resource;
    }

    @Override
    public void work(BranchId branch, byte[] payload) throws SQLException, RefusedException {
        work.orElseThrow().run(held.guarded(), branch, payload);
    }

    @Override
    public JdbcBranch handOut(EnlistedBranch branch) {
        return new JdbcBranch(branch, held);
    }

    @Override
    public void release() {
        held.release();
    }

    @Override
    public Optional<Exception> failure() {
        return held.failure().map(Exception.class::cast);
    }

    @Override
    public boolean changed() {
        return true;
    }

    @Override
    public Optional<String> objection() {
        return Optional.empty();
    }

    @Override
    public void breakOff() {
        try {
            held.real().abort(Runnable::run);
        } catch (SQLException | RuntimeException e) {
            LOG.debug("a connection was not aborted", e);
        }
        close();
    }

    @Override
    public void close() {
        held.release();
        try {
            xa.close();
        } catch (SQLException | RuntimeException e) {
            LOG.debug("an XA connection was not closed in an orderly way", e);
        }
    }
}
