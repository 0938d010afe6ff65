package dev.assent.adapter.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * One transaction on one connection, from its begin to the moment the connection goes back with nothing open on it. For
 * one thread.
 */
public abstract class SqlTransaction implements AutoCloseable {
    private final Connection connection;

    protected SqlTransaction(Connection connection) {
        this.connection = connection;
    }

    /** The connection itself, for the adapter. */
    public final Connection connection() {
        return connection;
    }

    /** Commits in one phase; returns only once that is durable. */
    public abstract void commit() throws SQLException;

    /** Rolls back what was not ended and gives the connection back; keeps it where the branch still needs it. */
    @Override
    public abstract void close();
}
