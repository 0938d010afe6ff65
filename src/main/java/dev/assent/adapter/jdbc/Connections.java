package dev.assent.adapter.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections on their way back to where they came from. */
public final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private Connections() {}

    /** What a database has to do on a connection before somebody else may have it. */
    @FunctionalInterface
    public interface Cleaning {
        void clean(Connection connection) throws SQLException;
    }

    /** Gives a connection back with nothing open on it; one that cannot be cleaned is broken off. */
    public static void giveBack(Connection connection) {
        giveBack(connection, Connection::rollback);
    }

    /** As {@link #giveBack(Connection)}, after what {@code cleaning} does instead of a rollback. */
    public static void giveBack(Connection connection, Cleaning cleaning) {
        try {
            if (!connection.isClosed()) {
                cleaning.clean(connection);
                connection.setAutoCommit(true);
                connection.close();
                return;
            }
        } catch (SQLException e) {
            LOG.debug("a connection is broken off", e);
        }
        breakOff(connection);
    }

    /** Ends the connection itself, not only the loan of a pool: the server rolls back what is open on it. */
    public static void breakOff(Connection connection) {
        try (connection) {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("a broken connection was not ended in an orderly way", e);
        }
    }
}
