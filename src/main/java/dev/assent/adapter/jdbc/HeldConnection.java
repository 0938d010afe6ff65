package dev.assent.adapter.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A connection that carries an open branch, and the view of it that is handed to whoever works in the branch: that one
 * can neither end the transaction nor give the connection back, and a failure of any of its statements is remembered,
 * also where the work goes on as if nothing had happened. Thread-safe.
 */
public final class HeldConnection {
    private static final Set<String> ENDING = Set.of(
            "commit", "rollback", "setAutoCommit", "abort", "beginRequest", "endRequest", "setTransactionIsolation");

    private static final Set<String> COUNTING =
            Set.of("executeUpdate", "executeLargeUpdate", "executeBatch", "getUpdateCount", "getLargeUpdateCount");

    private final Connection real;
    private final Connection guarded;
    /** Calls of the work share it. */
    private final ReadWriteLock calls = new ReentrantReadWriteLock();

    private volatile boolean over;
    private volatile SQLException failure;
    private volatile boolean changed;

    public HeldConnection(Connection real) {
        this.real = real;
        this.guarded = proxy(Connection.class, this::onConnection);
    }

    /** What the work sees. */
    public Connection guarded() {
        return guarded;
    }

    /** The connection itself, for the adapter. */
    public Connection real() {
        return real;
    }

    /** The first failure of a statement of the work: not every database dooms a transaction for it. */
    public Optional<SQLException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Whether a statement of the work said that it changed rows; that none did does not mean that nothing is changed. */
    public boolean changed() {
        return changed;
    }

    /** Refuses the work any further call. */
    public void release() {
        over = true;
    }

    /** As {@link #release}; returns once no call of the work is under way any more. */
    public void settle() {
        // Before the lock, so that a service that goes on and on gets no further call in.
        release();
        calls.writeLock().lock();
        try {
            over = true;
        } finally {
            calls.writeLock().unlock();
        }
    }

    private interface Call {
        Object on(Object self, Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                HeldConnection.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "unwrap" -> isOne(proxy, arguments) ? proxy : call.on(proxy, method, arguments);
                    case "isWrapperFor" -> isOne(proxy, arguments) || (boolean) call.on(proxy, method, arguments);
                    default -> call.on(proxy, method, arguments);
                }));
    }

    private static boolean isOne(Object proxy, Object[] arguments) {
        return ((Class<?>) arguments[0]).isInstance(proxy);
    }

    private Object onConnection(Object self, Method method, Object[] arguments) throws Throwable {
        switch (method.getName()) {
            case "close" -> {
                return null;
            }
            case "isClosed" -> {
                return over || real.isClosed();
            }
            default -> {}
        }
        boolean toSavepoint = method.getName().equals("rollback") && method.getParameterCount() == 1;
        if (ENDING.contains(method.getName()) && !toSavepoint) {
            throw new SQLException(method.getName() + " is not for the work of a branch: its transaction ends with the"
                    + " global decision");
        }
        return guard(call(real, method, arguments), self);
    }

    /** What leads back to the connection, or can fail by itself, is guarded too. */
    private Object guard(Object result, Object parent) {
        if (result instanceof CallableStatement) {
            return part(CallableStatement.class, result, parent);
        }
        if (result instanceof PreparedStatement) {
            return part(PreparedStatement.class, result, parent);
        }
        if (result instanceof Statement) {
            return part(Statement.class, result, parent);
        }
        if (result instanceof ResultSet) {
            return part(ResultSet.class, result, parent);
        }
        return result instanceof DatabaseMetaData ? part(DatabaseMetaData.class, result, parent) : result;
    }

    private <T> T part(Class<T> type, Object part, Object parent) {
        return proxy(type, (self, method, arguments) -> switch (method.getName()) {
            case "getConnection" -> guarded;
            case "getStatement" -> parent instanceof Statement ? parent : null;
            default -> guard(call(part, method, arguments), self);
        });
    }

    private Object call(Object target, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("close")) {
            return invoke(target, method, arguments);
        }
        calls.readLock().lock();
        try {
            if (over) {
                throw new SQLException("the branch of this connection is being prepared or has ended");
            }
            return invoke(target, method, arguments);
        } finally {
            calls.readLock().unlock();
        }
    }

    private static boolean counted(Object result) {
        return result instanceof int[] counts
                ? Arrays.stream(counts).anyMatch(count -> count > 0)
                : result instanceof Number count && count.longValue() > 0;
    }

    private Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            Object result = method.invoke(target, arguments);
            if (COUNTING.contains(method.getName()) && counted(result)) {
                changed = true;
            }
            return result;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException sql && failure == null) {
                failure = sql;
            }
            throw e.getCause();
        }
    }
}
