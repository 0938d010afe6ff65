package dev.assent.adapter.mariadb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.adapter.PreflightException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mariadb.jdbc.MariaDbDataSource;

/** What is found before the first vote: one line each, with its remedy. */
class MariaDbPreflightTest {
    private static MariaDbServer server;

    @BeforeAll
    static void start() throws Exception {
        server = MariaDbLab.shared().mariadb();
    }

    @BeforeEach
    void createDatabase() throws SQLException {
        server.run(
                "create database bare",
                "create user limited@localhost",
                "grant select, create on bare.* to limited@localhost");
    }

    @AfterEach
    void dropDatabase() throws SQLException {
        server.run(
                "set global innodb_flush_log_at_trx_commit = 1",
                "set global read_only = 0",
                "drop user limited@localhost",
                "drop database bare");
    }

    private static DataSource bare(String user, int port) throws SQLException {
        return new MariaDbDataSource(
                "jdbc:mariadb://127.0.0.1:" + port + "/bare?sslMode=disable&connectTimeout=2000&user=" + user);
    }

    private static List<String> findings(MariaDbBuilder builder) {
        return assertThrows(PreflightException.class, builder::open).findings();
    }

    private static MariaDbBuilder as(String user) throws SQLException {
        return MariaDbResource.over(bare(user, server.port()));
    }

    private static void assertOne(List<String> findings, String... words) {
        assertEquals(1, findings.size(), findings.toString());
        for (String word : words) {
            assertTrue(findings.get(0).contains(word), findings.get(0));
        }
        assertEquals(1, findings.get(0).lines().count());
    }

    @Test
    void tablesAreCreatedOnceAndKeepTheirIdentity() throws Exception {
        List<String> missing = findings(as("root"));
        assertEquals(3, missing.size(), missing.toString());
        assertTrue(missing.get(0).contains("or run: create table if not exists assent_branch"), missing.get(0));
        String identity = as("root").createTables(true).open().identity();
        assertTrue(identity.matches("mariadb:[0-9a-f-]{36}"), identity);
        assertEquals(identity, as("root").createTables(true).open().identity());
        assertEquals(identity, as("root").open().identity());
    }

    /** For who may not create tables: somebody else does. */
    @Test
    void theDefinitionIsEnough() throws Exception {
        try (Connection connection = bare("root", server.port()).getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : as("root").definition()) {
                statement.execute(each);
            }
        }
        assertTrue(as("root").open().identity().startsWith("mariadb:"));
    }

    @Test
    void aWrongPasswordIsNamed() throws Exception {
        server.run("set password for limited@localhost = password('right')");
        assertOne(findings(as("limited")), "Access denied for user 'limited'", "user and password are right");
    }

    @Test
    void missingPrivilegesAreNamed() throws Exception {
        as("root").createTables(true).open();
        List<String> found = findings(as("limited"));
        assertEquals(2, found.size(), found.toString());
        assertTrue(found.get(0).contains("lacks insert on assent_branch: grant select, insert"), found.get(0));
        List<String> creating = findings(as("limited").createTables(true));
        assertTrue(creating.get(0).startsWith("the tables cannot be created"), creating.get(0));
    }

    @Test
    void tablesThatDoNotRollBackAreNamed() throws Exception {
        as("root").createTables(true).open();
        server.run("create table bare.loose (a int) engine = MyISAM", "create sequence bare.counter");
        assertOne(findings(as("root")), "loose (MyISAM)", "engine = InnoDB");
    }

    @Test
    void ownTablesAreTransactionalWhateverTheDefault() throws Exception {
        server.run("set global default_storage_engine = MyISAM");
        try {
            assertTrue(as("root").createTables(true).open().identity().startsWith("mariadb:"));
        } finally {
            server.run("set global default_storage_engine = InnoDB");
        }
    }

    @Test
    void aServerThatMayForgetIsRefused() throws Exception {
        as("root").createTables(true).open();
        server.run("set global innodb_flush_log_at_trx_commit = 2");
        assertOne(findings(as("root")), "innodb_flush_log_at_trx_commit is 2", "set global");
    }

    @Test
    void aServerThatTakesNoWritesIsRefused() throws Exception {
        as("root").createTables(true).open();
        server.run("set global read_only = 1");
        assertOne(findings(as("root")), "read_only is ON", "connect to the primary");
    }

    @Test
    void settingsThatNoTestServerHasAreRefused() {
        assertOne(Preflight.unfit(Map.of("wsrep_on", "ON")), "Galera", "use a server that is not part");
        assertOne(Preflight.unfit(Map.of("log_bin", "ON", "binlog_format", "STATEMENT")), "binlog_format = ROW");
        assertOne(Preflight.unfit(Map.of("log_bin", "ON", "sync_binlog", "0")), "sync_binlog is 0", "sync_binlog = 1");
        assertOne(Preflight.unfit(Map.of("tx_read_only", "ON")), "tx_read_only is ON");
        assertEquals(List.of(), Preflight.unfit(Map.of("wsrep_on", "OFF", "log_bin", "OFF", "sync_binlog", "0")));
    }

    @Test
    void oldServersAreRefused() {
        assertOne(Preflight.tooOld("10.4.34-MariaDB-log").stream().toList(), "10.4.34", "10.5 or newer", "upgrade");
        assertOne(Preflight.tooOld("5.7.44").stream().toList(), "MySQL 5.7.44", "8.0 or newer");
        for (String fit : List.of("10.5.2-MariaDB", "11.4.5-MariaDB", "8.0.36", "8.4.0-commercial")) {
            assertEquals(List.of(), Preflight.tooOld(fit).stream().toList(), fit);
        }
    }

    @Test
    void anUnreachableServerIsOneLine() throws Exception {
        assertOne(
                findings(MariaDbResource.over(bare("root", 1))), "MariaDB cannot be asked", "see that the server runs");
    }
}
