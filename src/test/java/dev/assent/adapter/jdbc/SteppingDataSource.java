package dev.assent.adapter.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Set;
import javax.sql.DataSource;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import javax.transaction.xa.XAResource;

/** Calls back after everything that a server was asked for. */
public final class SteppingDataSource {
    private static final Set<String> STEPS = Set.of(
            "execute",
            "executeQuery",
            "executeUpdate",
            "executeBatch",
            "commit",
            "rollback",
            "start",
            "end",
            "prepare",
            "forget",
            "recover");

    private final Runnable step;

    private SteppingDataSource(Runnable step) {
        this.step = step;
    }

    public static DataSource of(DataSource real, Runnable step) {
        return new SteppingDataSource(step).wrap(DataSource.class, real);
    }

    public static XADataSource of(XADataSource real, Runnable step) {
        return new SteppingDataSource(step).wrap(XADataSource.class, real);
    }

    private <T> T wrap(Class<T> type, Object real) {
        return type.cast(Proxy.newProxyInstance(
                SteppingDataSource.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                    Object result;
                    try {
                        result = method.invoke(real, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (STEPS.contains(method.getName())) {
                        step.run();
                    }
                    // A driver's connection may be its own XAResource: what was asked for counts.
                    return method.getReturnType() == XAResource.class
                            ? wrap(XAResource.class, result)
                            : wrapped(result);
                }));
    }

    private Object wrapped(Object result) {
        if (result instanceof CallableStatement) {
            return wrap(CallableStatement.class, result);
        }
        if (result instanceof PreparedStatement) {
            return wrap(PreparedStatement.class, result);
        }
        if (result instanceof Statement) {
            return wrap(Statement.class, result);
        }
        if (result instanceof XAConnection) {
            return wrap(XAConnection.class, result);
        }
        if (result instanceof Connection) {
            return wrap(Connection.class, result);
        }
        return result;
    }
}
