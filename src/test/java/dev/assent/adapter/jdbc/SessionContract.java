package dev.assent.adapter.jdbc;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import dev.assent.participant.EnlistedBranch;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.Enlistment;
import dev.assent.protocol.TransactionId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever a session's settings are, from the server, the pool or the work itself: a branch ends as decided. */
public abstract class SessionContract {
    protected static final UUID INSTALLATION = UUID.randomUUID();
    private static final AtomicLong NUMBER = new AtomicLong();

    protected HikariDataSource pool;
    protected SqlResource pooled;

    /** The server's own connections. */
    protected abstract DataSource dataSource() throws Exception;

    protected abstract SqlResource open(DataSource connections) throws Exception;

    /** How many connections the pool has. */
    protected abstract int poolSize();

    @BeforeEach
    void openPool() throws Exception {
        pool = new HikariDataSource();
        pool.setDataSource(dataSource());
        pool.setMaximumPoolSize(poolSize());
        pool.setConnectionTimeout(Duration.ofSeconds(5).toMillis());
        pooled = open(pool);
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    protected static BranchId next() {
        long number = NUMBER.incrementAndGet();
        return new BranchId(
                INSTALLATION, TransactionId.of(1, number), "session", String.format("%016x", 0xfeed_0000L + number));
    }

    protected static JdbcBranch enlist(SqlResource resource, BranchId branch) throws SQLException {
        return resource.open(new EnlistedBranch(
                branch, new Enlistment(branch.transaction(), branch.participant(), "here", branch.attempt())));
    }

    protected static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aBranchThatIsOverIsNotOpenedAgain() throws Exception {
        BranchId rolledBack = next();
        pooled.rollback(rolledBack);
        assertThrows(SQLException.class, () -> enlist(pooled, rolledBack));
        BranchId prepared = next();
        run(enlist(pooled, prepared).connection(), "insert into seen values ('over')");
        assertEquals(Prepared.yes(), pooled.prepare(prepared, new byte[0]));
        assertThrows(SQLException.class, () -> enlist(pooled, prepared));
        pooled.commit(prepared);
        assertThrows(SQLException.class, () -> enlist(pooled, prepared));
        assertEquals(0, pool.getHikariPoolMXBean().getActiveConnections());
    }

    @Test
    void aBranchThatIsRolledBackWhileItIsOpenedIsNotLeftOpen() throws Exception {
        AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        AtomicReference<BranchId> branch = new AtomicReference<>();
        SqlResource elsewhere = open(dataSource());
        SqlResource[] here = new SqlResource[1];
        here[0] = open(SteppingDataSource.of(dataSource(), () -> {
            if (left.decrementAndGet() == 0) {
                assertDoesNotThrow(() -> here[0].rollback(branch.get()));
            }
        }));
        boolean during = true;
        for (int step = 1; during; step++) {
            branch.set(next());
            left.set(step);
            try {
                JdbcBranch opened = enlist(here[0], branch.get());
                during = left.get() <= 0;
                assertTrue(!during || opened.connection().isClosed(), "still open after step " + step);
            } catch (SQLException e) {
                assertTrue(left.get() <= 0, e::toString);
            }
            left.set(Integer.MAX_VALUE);
        }
        here[0].rollback(branch.get());
        assertEquals(List.of(), List.copyOf(elsewhere.recover("session")));
    }
}
