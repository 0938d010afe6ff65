package dev.assent.adapter.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Set;

/**
 * A connection that carries an open branch, and the view of it that is handed to whoever works in the branch: that one
 * can neither end the transaction nor give the connection back, and a failure of any of its statements is remembered,
 * also where the work goes on as if nothing had happened. Thread-safe.
 */
public final class HeldConnection {
    private static final Set<String> ENDING = Set.of(
            "commit", "rollback", "setAutoCommit", "abort", "beginRequest", "endRequest", "setTransactionIsolation");

    private final Connection real;
    private final Connection guarded;
    private volatile boolean over;
    private volatile SQLException failure;

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

    /** Refuses the work any further call. */
    public void release() {
        over = true;
    }

    private interface Call {
        Object on(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                HeldConnection.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> call.on(method, arguments);
                }));
    }

    private Object onConnection(Method method, Object[] arguments) throws Throwable {
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
        return guardedStatement(call(real, method, arguments));
    }

    private Object guardedStatement(Object result) {
        if (result instanceof CallableStatement) {
            return statement(CallableStatement.class, result);
        }
        if (result instanceof PreparedStatement) {
            return statement(PreparedStatement.class, result);
        }
        return result instanceof Statement ? statement(Statement.class, result) : result;
    }

    private <T> T statement(Class<T> type, Object statement) {
        return proxy(
                type,
                (method, arguments) ->
                        method.getName().equals("getConnection") ? guarded : call(statement, method, arguments));
    }

    private Object call(Object target, Method method, Object[] arguments) throws Throwable {
        if (over && !method.getName().equals("close")) {
            throw new SQLException("the branch of this connection is being prepared or has ended");
        }
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException sql && failure == null) {
                failure = sql;
            }
            throw e.getCause();
        }
    }
}
