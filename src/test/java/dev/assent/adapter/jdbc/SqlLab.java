package dev.assent.adapter.jdbc;

import static dev.assent.adapter.jdbc.ScriptedWork.script;

import dev.assent.adapter.contract.ResourceLab;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/** What the SQL databases have in common in the contract suite: {@link ScriptedWork} and its tables. */
public abstract class SqlLab implements ResourceLab {
    private final DataSource outside;

    /**
     * A lab that looks at its tables from outside.
     *
     * @param outside connections that have nothing to do with any branch
     */
    protected SqlLab(DataSource outside) {
        this.outside = outside;
    }

    @Override
    public byte[] adding(String key) {
        return script("add " + key);
    }

    @Override
    public int seen(String key) throws SQLException {
        return count("select count(*) from seen where name = ?", key);
    }

    /** What a query with one argument counts. */
    public int count(String sql, String argument) throws SQLException {
        try (Connection connection = outside.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, argument);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    @Override
    public Optional<byte[]> refused() {
        return Optional.of(script("add refused", "collide taken"));
    }

    @Override
    public Optional<byte[]> reading() {
        return Optional.of(script("read all"));
    }

    @Override
    public Optional<byte[]> failingInBetween(String key) {
        return Optional.of(script("add " + key, "fail unnoticed"));
    }

    @Override
    public Optional<byte[]> locking(String key, String first, String second) {
        return Optional.of(
                second.isEmpty()
                        ? script("lock " + first, "add " + key)
                        : script("lock " + first, "lock " + second, "add " + key));
    }

    @Override
    public Optional<byte[]> disconnecting(String key) {
        return Optional.of(script("add " + key, "disconnect now"));
    }
}
