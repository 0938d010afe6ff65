package dev.assent.adapter.postgresql;

import java.sql.SQLException;

/** What PostgreSQL's error codes mean here (its manual, appendix A). */
final class SqlState {
    private static final String CONNECTION_CLASS = "08";
    private static final String OPERATOR_CLASS = "57P";
    private static final String UNDEFINED_OBJECT = "42704";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String UNDEFINED_TABLE = "42P01";

    private SqlState() {}

    /** Whether the transaction's end is unknown: no answer came. */
    static boolean connectionLost(SQLException e) {
        String state = state(e);
        return state.isEmpty() || state.startsWith(CONNECTION_CLASS) || state.startsWith(OPERATOR_CLASS);
    }

    /** Whether there is no prepared transaction of that name. */
    static boolean noSuchBranch(SQLException e) {
        return state(e).equals(UNDEFINED_OBJECT);
    }

    static boolean lockNotAvailable(SQLException e) {
        return state(e).equals(LOCK_NOT_AVAILABLE);
    }

    static boolean noSuchTable(SQLException e) {
        return state(e).equals(UNDEFINED_TABLE);
    }

    /** One line for people. */
    static String describe(SQLException e) {
        String text = e.getMessage() == null ? e.toString() : e.getMessage();
        return text.strip().replaceAll("\\s*\\R\\s*", "; ") + " (SQLSTATE " + state(e) + ")";
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }
}
