package dev.assent.adapter.postgresql;

import dev.assent.adapter.jdbc.BranchTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a server can keep what a vote promises. For one thread. */
final class Preflight {
    private static final int OLDEST_VERSION = 130_000;
    private static final double TIGHT = 0.8;

    private final Connection connection;
    private final BranchTable table;

    Preflight(Connection connection, BranchTable table) {
        this.connection = connection;
        this.table = table;
    }

    /** Why this server will not do, one line each, with the remedy. */
    List<String> findings() throws SQLException {
        List<String> found = new ArrayList<>();
        int version = Integer.parseInt(ask("select current_setting('server_version_num')"));
        if (version < OLDEST_VERSION) {
            found.add("PostgreSQL " + version / 10_000 + " is too old: 13 or newer is needed; upgrade the server");
        }
        if (slots(connection) == 0) {
            found.add("max_prepared_transactions is 0, so PostgreSQL prepares nothing: set it to at least the number of"
                    + " branches at once, as large as max_connections, and restart the server");
        }
        if (ask("select current_setting('fsync')").equals("off")) {
            found.add("fsync is off: a prepared branch would not survive the server's crash; set fsync = on and restart"
                    + " the server");
        }
        if (ask("select pg_is_in_recovery()").equals("t")) {
            found.add("this server is a standby and takes no writes: connect to the primary");
        } else if (ask("select current_setting('transaction_read_only')").equals("on")) {
            found.add("default_transaction_read_only is on, and each branch writes: set it to off for this user or"
                    + " database");
        }
        for (String name : List.of("assent_branch", "assent_bound", "assent_identity")) {
            missing(name).ifPresent(found::add);
        }
        if (found.isEmpty() && table.identity(connection).isEmpty()) {
            found.add("assent_identity has no row: restore it, or, if no branch was ever prepared here, call"
                    + " createTables(true) once, or run the last statement of definition()");
        }
        return found;
    }

    private Optional<String> missing(String name) throws SQLException {
        if (ask("select to_regclass(?)::text", name).isEmpty()) {
            return Optional.of(
                    "table " + name + " is missing: call createTables(true) once, or run: " + table.definition(name));
        }
        List<String> needed =
                name.equals("assent_identity") ? List.of("select") : List.of("select", "insert", "update", "delete");
        for (String privilege : needed) {
            if (ask("select has_table_privilege(?, '" + privilege + "')", name).equals("f")) {
                return Optional.of("user " + ask("select current_user") + " lacks " + privilege + " on " + name
                        + ": grant " + String.join(", ", needed) + " on " + name + " to it");
            }
        }
        return Optional.empty();
    }

    /** What is tight. */
    static List<String> warnings(Connection connection) throws SQLException {
        int slots = slots(connection);
        int used = Integer.parseInt(ask(connection, "select count(*) from pg_prepared_xacts"));
        return used < slots * TIGHT
                ? List.of()
                : List.of(used + " of max_prepared_transactions=" + slots
                        + " are in use: more branches at once will vote NO; look for old ones in pg_prepared_xacts");
    }

    private static int slots(Connection connection) throws SQLException {
        return Integer.parseInt(ask(connection, "select current_setting('max_prepared_transactions')"));
    }

    private String ask(String sql, Object... arguments) throws SQLException {
        return ask(connection, sql, arguments);
    }

    private static String ask(Connection connection, String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                String value = rows.next() ? rows.getString(1) : null;
                return value == null ? "" : value;
            }
        }
    }
}
