package dev.assent.adapter.mariadb;

import java.sql.SQLException;

/** What the server's error numbers mean here (MariaDB and MySQL share these). */
final class ErrorCode {
    static final int NO_SUCH_THREAD = 1094;
    static final int TABLE_ACCESS_DENIED = 1142;
    static final int COLUMN_ACCESS_DENIED = 1143;
    static final int NO_SUCH_TABLE = 1146;
    /** A warning: some changed tables do not roll back. */
    static final int NOT_ROLLED_BACK = 1196;

    private static final int XAER_NOTA = 1397;
    private static final String CONNECTION_CLASS = "08";
    private static final String INTERRUPTED = "70100";

    private ErrorCode() {}

    /** Whether there is no such xid, or a connection that lives owns it. */
    static boolean unknownXid(SQLException e) {
        return e.getErrorCode() == XAER_NOTA;
    }

    /** Whether it is unknown what became of the statement: no answer came, or somebody killed it. */
    static boolean connectionLost(SQLException e) {
        String state = state(e);
        return state.isEmpty() || state.startsWith(CONNECTION_CLASS) || state.equals(INTERRUPTED);
    }

    /** One line for people. */
    static String describe(SQLException e) {
        String text = e.getMessage() == null ? e.toString() : e.getMessage();
        return text.strip().replaceAll("\\s*\\R\\s*", "; ") + " (error " + e.getErrorCode() + ", SQLSTATE " + state(e)
                + ")";
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }
}
