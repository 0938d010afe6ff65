package dev.assent.lab.demo;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * Waits for a server that is away for a moment, as connection pools do: what comes during the restart of a database is
 * late and not refused.
 */
final class PatientDataSource {
    private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();
    /** Below the transactions' timeout. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private PatientDataSource() {}

    static DataSource of(DataSource real) {
        return (DataSource) Proxy.newProxyInstance(
                PatientDataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                    long start = System.nanoTime();
                    while (true) {
                        try {
                            return method.invoke(real, arguments);
                        } catch (InvocationTargetException e) {
                            boolean again = method.getName().equals("getConnection")
                                    && e.getCause() instanceof SQLException
                                    && System.nanoTime() - start < LIMIT.toNanos()
                                    && !Thread.currentThread().isInterrupted();
                            if (!again) {
                                throw e.getCause();
                            }
                            LockSupport.parkNanos(PAUSE_NANOS);
                        }
                    }
                });
    }
}
