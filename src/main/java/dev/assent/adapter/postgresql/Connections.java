package dev.assent.adapter.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections on their way back to where they came from. */
final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private Connections() {}

    /** Gives a connection back with nothing open on it; one that cannot be cleaned is broken off. */
    static void giveBack(Connection connection) {
        try (connection) {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            LOG.debug("a connection is broken off", e);
            breakOff(connection);
        }
    }

    /** Ends the connection itself, not only the loan of a pool: the server rolls back what is open on it. */
    static void breakOff(Connection connection) {
        try (connection) {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("a broken connection was not ended in an orderly way", e);
        }
    }
}
