package dev.assent.adapter.mariadb;

import dev.assent.adapter.jdbc.BranchTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a server can keep what a vote promises. For one thread. */
final class Preflight {
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");
    private static final int MINOR_FACTOR = 1_000;
    /** Before, a prepared branch was rolled back when its connection ended. */
    private static final int OLDEST_MARIADB = 10 * MINOR_FACTOR + 5;

    private static final int OLDEST_MYSQL = 8 * MINOR_FACTOR;
    private static final int NAMED_AT_MOST = 10;
    private static final double TIGHT = 0.8;
    private static final Set<String> ON = Set.of("ON", "1", "YES");

    private final Connection connection;
    private final BranchTable table;

    Preflight(Connection connection, BranchTable table) {
        this.connection = connection;
        this.table = table;
    }

    /** Why this server will not do, one line each, with the remedy. */
    List<String> findings() throws SQLException {
        List<String> found = new ArrayList<>();
        tooOld(ask("select version()")).ifPresent(found::add);
        Map<String, String> settings = settings(connection);
        found.addAll(unfit(settings));
        mayListXids().ifPresent(found::add);
        if (ask("select database()").isEmpty()) {
            found.add("no database is selected: name one in the DataSource's address");
            return found;
        }
        notTransactional().ifPresent(found::add);
        for (String name : List.of("assent_branch", "assent_bound", "assent_identity")) {
            missing(name, readOnly(settings)).ifPresent(found::add);
        }
        if (found.isEmpty() && table.identity(connection).isEmpty()) {
            found.add("assent_identity has no row: restore it, or, if no branch was ever prepared here, call"
                    + " createTables(true) once, or run the last statement of definition()");
        }
        return found;
    }

    /** What the settings of a server speak against. */
    static List<String> unfit(Map<String, String> settings) {
        List<String> found = new ArrayList<>();
        if (!settings.getOrDefault("innodb_flush_log_at_trx_commit", "1").equals("1")) {
            found.add("innodb_flush_log_at_trx_commit is " + settings.get("innodb_flush_log_at_trx_commit")
                    + ": a prepared branch might not survive the server's crash; set global"
                    + " innodb_flush_log_at_trx_commit = 1, and in the server's configuration");
        }
        if (isOn(settings, "wsrep_on")) {
            found.add("wsrep_on is ON: Galera does not replicate prepared branches, a node that fails loses them; use a"
                    + " server that is not part of a cluster");
        }
        if (readOnly(settings)) {
            found.add("read_only is ON: this server is a replica or is being serviced; connect to the primary, or set"
                    + " global read_only = OFF");
        }
        if (isOn(settings, "tx_read_only") || isOn(settings, "transaction_read_only")) {
            found.add("tx_read_only is ON, and each branch writes: set global tx_read_only = OFF, or for this user's"
                    + " sessions");
        }
        if (isOn(settings, "log_bin")
                && !settings.getOrDefault("sync_binlog", "1").equals("1")) {
            found.add(
                    "sync_binlog is " + settings.get("sync_binlog") + ": with a binary log InnoDB relies on it for what"
                            + " was committed last, which might not survive the server's crash; set global sync_binlog = 1, and"
                            + " in the server's configuration");
        }
        if (isOn(settings, "log_bin") && "STATEMENT".equals(settings.get("binlog_format"))) {
            found.add("binlog_format is STATEMENT: a replica could differ from what was committed here; set global"
                    + " binlog_format = ROW, and in the server's configuration");
        }
        return found;
    }

    private static boolean readOnly(Map<String, String> settings) {
        return isOn(settings, "read_only") || isOn(settings, "innodb_read_only");
    }

    /** Whether the server of {@code version}, as it says itself, is too old. */
    static Optional<String> tooOld(String version) {
        boolean mariaDb = version.contains("MariaDB");
        int oldest = mariaDb ? OLDEST_MARIADB : OLDEST_MYSQL;
        Matcher numbers = VERSION.matcher(version);
        if (numbers.matches()
                && Integer.parseInt(numbers.group(1)) * MINOR_FACTOR + Integer.parseInt(numbers.group(2)) >= oldest) {
            return Optional.empty();
        }
        return Optional.of(
                (mariaDb ? "MariaDB " : "MySQL ") + version + " is too old, because it rolls a prepared branch"
                        + " back when its connection ends: " + oldest / MINOR_FACTOR + "." + oldest % MINOR_FACTOR
                        + " or newer is needed; upgrade the server");
    }

    private static boolean isOn(Map<String, String> settings, String name) {
        return ON.contains(settings.getOrDefault(name, "OFF"));
    }

    private Optional<String> mayListXids() throws SQLException {
        return refused("xa recover")
                .map(refusal -> "user " + user() + " may not list prepared branches (" + ErrorCode.describe(refusal)
                        + "): on MySQL, grant XA_RECOVER_ADMIN on *.* to it");
    }

    private Optional<String> notTransactional() throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("select concat(table_name, ' (', engine, ')')"
                        + " from information_schema.tables where table_schema = database() and table_type in ('BASE"
                        + " TABLE', 'SYSTEM VERSIONED') and engine <> 'InnoDB' order by table_name");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        if (names.isEmpty()) {
            return Optional.empty();
        }
        String more = names.size() > NAMED_AT_MOST ? " and " + (names.size() - NAMED_AT_MOST) + " more" : "";
        return Optional.of("rows of these tables do not roll back: "
                + String.join(", ", names.subList(0, Math.min(NAMED_AT_MOST, names.size()))) + more
                + "; alter table ... engine = InnoDB, or move them to another database");
    }

    private Optional<String> missing(String name, boolean readOnly) throws SQLException {
        Map<String, String> needed = new LinkedHashMap<>();
        needed.put("select", "select 1 from " + name + " where 1 = 0");
        if (!name.equals("assent_identity") && !readOnly) {
            String column = name.equals("assent_branch") ? "state" : "generation";
            needed.put("insert", "insert into " + name + " select * from " + name + " where 1 = 0");
            needed.put("update", "update " + name + " set " + column + " = " + column + " where 1 = 0");
            needed.put("delete", "delete from " + name + " where 1 = 0");
        }
        for (Map.Entry<String, String> each : needed.entrySet()) {
            Optional<SQLException> refusal = refused(each.getValue());
            if (refusal.isEmpty()) {
                continue;
            }
            int code = refusal.get().getErrorCode();
            if (code == ErrorCode.NO_SUCH_TABLE) {
                return Optional.of("table " + name + " is missing: call createTables(true) once, or run: "
                        + table.definition(name));
            }
            if (code == ErrorCode.TABLE_ACCESS_DENIED || code == ErrorCode.COLUMN_ACCESS_DENIED) {
                return Optional.of("user " + user() + " lacks " + each.getKey() + " on " + name + ": grant "
                        + String.join(", ", needed.keySet()) + " on " + name + " to it");
            }
            throw refusal.get();
        }
        return Optional.empty();
    }

    private Optional<SQLException> refused(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return Optional.empty();
        } catch (SQLException e) {
            if (ErrorCode.connectionLost(e)) {
                throw e;
            }
            return Optional.of(e);
        }
    }

    private String user() {
        try {
            return ask("select current_user()");
        } catch (SQLException e) {
            return "that connects (" + ErrorCode.describe(e) + ")";
        }
    }

    /** What is tight: a prepared branch keeps its connection. */
    static List<String> warnings(Connection connection) throws SQLException {
        Map<String, String> settings = settings(connection);
        int most = Integer.parseInt(settings.getOrDefault("max_connections", "0"));
        int used;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("show global status like 'Threads_connected'")) {
            used = rows.next() ? rows.getInt(2) : 0;
        }
        return used < most * TIGHT
                ? List.of()
                : List.of(
                        used + " of max_connections=" + most + " are in use, and each prepared branch keeps one: raise"
                                + " max_connections, or look for old branches with XA RECOVER");
    }

    private static Map<String, String> settings(Connection connection) throws SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "show variables where variable_name in ('wsrep_on',"
                                + " 'read_only', 'innodb_read_only', 'innodb_flush_log_at_trx_commit', 'log_bin',"
                                + " 'binlog_format', 'sync_binlog', 'tx_read_only', 'transaction_read_only', 'max_connections')")) {
            while (rows.next()) {
                settings.put(rows.getString(1), rows.getString(2).toUpperCase(Locale.ROOT));
            }
        }
        return settings;
    }

    private String ask(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            String value = rows.next() ? rows.getString(1) : null;
            return value == null ? "" : value;
        }
    }
}
