package dev.assent.adapter.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/**
 * A connection that carries an open branch, and the view of it that is handed to whoever works in the branch: that one
 * can neither end the transaction nor give the connection back. Thread-safe.
 */
public final class HeldConnection {
    private static final Set<String> ENDING = Set.of(
            "commit", "rollback", "setAutoCommit", "abort", "beginRequest", "endRequest", "setTransactionIsolation");

    private final Connection real;
    private final Connection guarded;
    private volatile boolean over;

    public HeldConnection(Connection real) {
        this.real = real;
        InvocationHandler guard = this::call;
        this.guarded = (Connection)
                Proxy.newProxyInstance(Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, guard);
    }

    /** What the work sees. */
    public Connection guarded() {
        return guarded;
    }

    /** The connection itself, for the adapter. */
    public Connection real() {
        return real;
    }

    /** Refuses the work any further call. */
    public void release() {
        over = true;
    }

    private Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
        switch (method.getName()) {
            case "close" -> {
                return null;
            }
            case "isClosed" -> {
                return over || real.isClosed();
            }
            case "equals" -> {
                return proxy == arguments[0];
            }
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            default -> {}
        }
        if (over) {
            throw new SQLException("the branch of this connection is being prepared or has ended");
        }
        boolean toSavepoint = method.getName().equals("rollback") && method.getParameterCount() == 1;
        if (ENDING.contains(method.getName()) && !toSavepoint) {
            throw new SQLException(method.getName() + " is not for the work of a branch: its transaction ends with the"
                    + " global decision");
        }
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
