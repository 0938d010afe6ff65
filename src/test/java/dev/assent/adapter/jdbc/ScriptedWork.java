package dev.assent.adapter.jdbc;

import dev.assent.adapter.RefusedException;
import dev.assent.protocol.BranchId;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Does what the lines of a payload say, in two tables. */
public final class ScriptedWork implements SqlWork {
    /** The tables, for both databases. */
    public static final List<String> TABLES = List.of(
            "create table seen (name varchar(40) not null)",
            "create table unlike (name varchar(40) not null primary key)",
            "insert into unlike values ('taken')",
            "create table locks (name varchar(40) not null primary key, times int not null)",
            "insert into locks values ('x', 0), ('y', 0)");

    private final String disconnect;

    /** @param disconnect the statement by which a connection ends itself */
    public ScriptedWork(String disconnect) {
        this.disconnect = disconnect;
    }

    public static byte[] script(String... lines) {
        return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void run(Connection connection, BranchId branch, byte[] payload) throws SQLException, RefusedException {
        for (String line : new String(payload, StandardCharsets.UTF_8).lines().toList()) {
            int space = line.indexOf(' ');
            step(connection, line.substring(0, Math.max(space, 0)), line.substring(space + 1));
        }
    }

    private void step(Connection connection, String what, String name) throws SQLException, RefusedException {
        switch (what) {
            case "add" -> update(connection, "insert into seen values (?)", name);
            case "lock" -> update(connection, "update locks set times = times + 1 where name = ?", name);
            case "collide" -> update(connection, "insert into unlike values (?)", name);
            case "fail" -> failUnnoticed(connection);
            case "read" -> execute(connection, "select * from locks");
            case "disconnect" -> execute(connection, disconnect);
            case "end" -> execute(connection, "commit");
            default -> throw new RefusedException("cannot do '" + what + "'");
        }
    }

    private static void failUnnoticed(Connection connection) throws SQLException {
        try {
            update(connection, "insert into unlike values (?)", "taken");
        } catch (SQLException e) {
            // As careless code does; the database or the adapter has to notice.
            if (e.getSQLState() == null) {
                throw e;
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void update(Connection connection, String sql, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            statement.executeUpdate();
        }
    }
}
