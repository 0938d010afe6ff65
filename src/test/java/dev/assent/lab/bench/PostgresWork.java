package dev.assent.lab.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** What each transaction does on each server. Stateless. */
final class PostgresWork {
    static final String TABLE = "create table entries (id bigserial primary key, amount int not null)";

    private PostgresWork() {}

    static void insert(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("insert into entries (amount) values (1)");
        }
    }
}
