package dev.assent.adapter.jdbc;

import dev.assent.protocol.BranchId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Three small tables beside the user's own, which make the database its own witness. A row of {@code assent_branch} is
 * written inside the branch, so it is there exactly if the branch committed; or it is the fence of a branch that was
 * rolled back, which makes a late prepare of it fail on the key. {@code assent_bound} takes the place of the rows that
 * were dropped, {@code assent_identity} tells this database from every other one. Stateless.
 */
public final class BranchTable {
    /** What the table says of a branch. */
    public enum Standing {
        /** Nothing: it has not ended here, as far as committed rows say. */
        NONE,
        COMMITTED,
        /** Rolled back, and no later attempt of it can succeed. */
        FENCED
    }

    private static final String COMMITTED = "C";
    private static final String FENCED = "A";
    private static final int FORGET_AT_ONCE = 10_000;

    private final Dialect dialect;
    private final String branches;
    private final String bounds;
    private final String identities;

    /** The tables where a session's search path or default database leads to them. */
    public BranchTable(Dialect dialect) {
        this(dialect, "");
    }

    private BranchTable(Dialect dialect, String place) {
        this.dialect = dialect;
        this.branches = place + "assent_branch";
        this.bounds = place + "assent_bound";
        this.identities = place + "assent_identity";
    }

    /**
     * The same tables under their full names: work may lead its session to other ones, and a proof must be in the table
     * that the fences are in. The tables have to be there.
     */
    public BranchTable located(Connection connection) throws SQLException {
        String place = query(connection, dialect.place())
                .orElseThrow(() -> new SQLException("table assent_branch is not where this connection looks"));
        return new BranchTable(dialect, place + ".");
    }

    /** The statements that create the tables, to be run once by whoever owns the schema. */
    public List<String> definition() {
        return List.of(
                "create table if not exists " + branches + " (branch " + dialect.name160()
                        + " not null primary key, installation " + dialect.name60()
                        + " not null, generation bigint not null, state char(1) not null)" + dialect.tableOptions(),
                "create table if not exists " + bounds + " (installation " + dialect.name60()
                        + " not null primary key, generation bigint not null)" + dialect.tableOptions(),
                "create table if not exists " + identities + " (one int not null primary key, identity "
                        + dialect.name60() + " not null)" + dialect.tableOptions(),
                dialect.insertIfAbsent(identities, "1, '" + UUID.randomUUID() + "'"));
    }

    /** Those of them by which the table {@code name} comes to be, in one line. */
    public String definition(String name) {
        return definition().stream()
                .filter(statement -> statement.contains(name + " "))
                .collect(Collectors.joining("; "));
    }

    /** Creates the tables and draws the identity, where they are not there yet. */
    public void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String definition : definition()) {
                statement.execute(definition);
            }
        }
    }

    /** The identity of this database; fails where the tables are missing. */
    public Optional<String> identity(Connection connection) throws SQLException {
        return query(connection, "select identity from " + identities + " where one = 1");
    }

    /** Reads what the committed rows say. */
    public Standing standing(Connection connection, BranchId branch) throws SQLException {
        return query(connection, "select state from " + branches + " where branch = ?", branch.toString())
                .map(BranchTable::standing)
                .orElse(Standing.NONE);
    }

    /** What {@link #look} says; its columns are null where there is no row. */
    public static Standing standing(String state) {
        return state == null ? Standing.NONE : state.equals(COMMITTED) ? Standing.COMMITTED : Standing.FENCED;
    }

    /**
     * What {@link #standing} and {@link #forgotten} ask for, as two columns of a query that does more: the state of a
     * branch, and the bound of its installation. Takes these two as parameters.
     */
    public List<String> look() {
        return List.of(
                "(select state from " + branches + " where branch = ?)",
                "(select generation from " + bounds + " where installation = ?)");
    }

    /** Writes the proof of commit inside the branch's own transaction; fails on the key behind a fence. */
    public void mark(Connection connection, BranchId branch) throws SQLException {
        update(connection, "insert into " + branches + " values (?, ?, ?, ?)", row(branch, COMMITTED));
    }

    /** {@link #mark} as a part of a statement that does more: a row for each one of {@code source}. */
    public String markFrom(String source) {
        return "insert into " + branches + " select ?, ?, ?, ? from " + source;
    }

    /** The four parameters of {@link #markFrom}. */
    public static Object[] mark(BranchId branch) {
        return row(branch, COMMITTED);
    }

    private static Object[] row(BranchId branch, String state) {
        return new Object[] {
            branch.toString(),
            branch.installation().toString(),
            branch.transaction().generation(),
            state
        };
    }

    /**
     * Makes sure that the branch can never commit any more, unless it did; waits for a transaction that is about to
     * write its proof. To be committed by the caller before it is believed. Reads the newest row and not a snapshot.
     *
     * @throws SQLException if it cannot be made sure, also where a database writes nothing and says nothing
     */
    public Standing fence(Connection connection, BranchId branch) throws SQLException {
        update(connection, dialect.insertIfAbsent(branches, "?, ?, ?, ?"), row(branch, FENCED));
        Optional<String> state = query(
                connection,
                "select state from " + branches + " where branch = ? " + dialect.shareLock(),
                branch.toString());
        if (state.isEmpty()) {
            throw new SQLException("branch " + branch + " has neither a proof nor a fence in assent_branch, though one"
                    + " was just written; to be asked again");
        }
        return standing(state.get());
    }

    /** Whether the rows of the branch's generation may have been dropped. */
    public boolean forgotten(Connection connection, BranchId branch) throws SQLException {
        return bound(connection, branch, "");
    }

    /**
     * As {@link #forgotten}, of the newest bound and not of this transaction's snapshot. Asked after {@link #mark}: a
     * fence that was dropped before the mark was dropped behind a higher bound.
     */
    public boolean forgottenLocking(Connection connection, BranchId branch) throws SQLException {
        return bound(connection, branch, dialect.shareLock());
    }

    private boolean bound(Connection connection, BranchId branch, String lock) throws SQLException {
        return query(
                        connection,
                        "select generation from " + bounds + " where installation = ? " + lock,
                        branch.installation().toString())
                .map(bound -> branch.transaction().generation() < Long.parseLong(bound))
                .orElse(false);
    }

    /**
     * Makes sure that there is a bound for the installation, to be committed before a branch begins: a transaction that
     * works on a snapshot would not see one that comes later, but fails where one that it saw was raised.
     */
    public void ensureBound(Connection connection, UUID installation) throws SQLException {
        update(connection, dialect.insertIfAbsent(bounds, "?, 0"), installation.toString());
    }

    /** Raises the bound; to be committed before {@link #drop} is called. Answers whether there is anything to drop. */
    public boolean raiseBound(Connection connection, UUID installation, long generation) throws SQLException {
        ensureBound(connection, installation);
        String id = installation.toString();
        return update(
                        connection,
                        "update " + bounds + " set generation = ? where installation = ? and generation < ?",
                        generation,
                        id,
                        generation)
                > 0;
    }

    /** Drops the rows below the bound, whose branches have no record any more; a bounded number at a time. */
    public boolean drop(Connection connection, UUID installation, long generation) throws SQLException {
        List<String> old = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("select branch from " + branches
                + " where installation = ? and generation < ? limit " + FORGET_AT_ONCE)) {
            statement.setString(1, installation.toString());
            statement.setLong(2, generation);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    old.add(rows.getString(1));
                }
            }
        }
        try (PreparedStatement statement =
                connection.prepareStatement("delete from " + branches + " where branch = ?")) {
            for (String branch : old) {
                statement.setString(1, branch);
                statement.addBatch();
            }
            statement.executeBatch();
        }
        return old.size() == FORGET_AT_ONCE;
    }

    private static Optional<String> query(Connection connection, String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, arguments);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }

    private static int update(Connection connection, String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, arguments);
            return statement.executeUpdate();
        }
    }

    private static void set(PreparedStatement statement, Object... arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
    }
}
