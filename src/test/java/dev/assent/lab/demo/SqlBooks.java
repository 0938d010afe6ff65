package dev.assent.lab.demo;

import dev.assent.adapter.RefusedException;
import dev.assent.adapter.jdbc.SqlWork;
import dev.assent.cli.demo.Books;
import dev.assent.cli.demo.Transfer.Booking;
import dev.assent.protocol.BranchId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;

/**
 * A bank branch whose books are two tables: {@code account} holds the balances, {@code booking} a row for each transfer,
 * written together with them. Neither has a key that would hide a transfer that was booked twice. Thread-safe.
 *
 * @param name its name as a participant
 * @param dataSource connections to the bank's own database
 */
record SqlBooks(String name, DataSource dataSource) implements Books, SqlWork {
    /** The name of the database that a bank has for itself. */
    static String database(String bank) {
        return bank.replace('-', '_');
    }

    /** Creates the tables, with the same balance on each account. */
    void create() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table account (name varchar(20) primary key, balance bigint not null)");
            statement.execute("create table booking (txid varchar(64) not null, account varchar(20) not null,"
                    + " amount bigint not null)");
            try (PreparedStatement insert = connection.prepareStatement("insert into account values (?, ?)")) {
                for (int number = 0; number < ACCOUNTS; number++) {
                    insert.setString(1, Books.account(number));
                    insert.setLong(2, OPENING_BALANCE);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }
    }

    @Override
    public void run(Connection connection, BranchId branch, byte[] payload) throws SQLException, RefusedException {
        Booking booking = booking(payload);
        Optional<String> objection = booking.objection(lockedBalance(connection, booking.account()));
        if (objection.isPresent()) {
            throw new RefusedException(objection.get());
        }
        try (PreparedStatement update =
                connection.prepareStatement("update account set balance = balance + ? where name = ?")) {
            update.setLong(1, booking.amount());
            update.setString(2, booking.account());
            update.executeUpdate();
        }
        try (PreparedStatement insert = connection.prepareStatement("insert into booking values (?, ?, ?)")) {
            insert.setString(1, branch.transaction().toString());
            insert.setString(2, booking.account());
            insert.setLong(3, booking.amount());
            insert.executeUpdate();
        }
    }

    private static Booking booking(byte[] payload) throws RefusedException {
        try {
            return Booking.requested(payload);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(e.getMessage());
        }
    }

    private static long lockedBalance(Connection connection, String account) throws SQLException, RefusedException {
        try (PreparedStatement select =
                connection.prepareStatement("select balance from account where name = ? for update")) {
            select.setString(1, account);
            try (ResultSet rows = select.executeQuery()) {
                if (!rows.next()) {
                    throw new RefusedException("there is no " + account);
                }
                return rows.getLong(1);
            }
        }
    }

    @Override
    public Map<String, Long> balances() throws SQLException {
        Map<String, Long> balances = new TreeMap<>();
        query("select name, balance from account", rows -> balances.put(rows.getString(1), rows.getLong(2)));
        return balances;
    }

    /** A transfer that was booked twice shows as one of twice the amount. */
    @Override
    public Map<String, Booking> receipts() throws SQLException {
        Map<String, Booking> receipts = new TreeMap<>();
        query(
                "select txid, min(account), sum(amount) from booking group by txid",
                rows -> receipts.put(rows.getString(1), new Booking(rows.getString(2), rows.getLong(3))));
        return receipts;
    }

    private interface Row {
        void read(ResultSet rows) throws SQLException;
    }

    private void query(String sql, Row row) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                row.read(rows);
            }
        }
    }
}
