package dev.assent.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.adapter.file.FileResource;
import dev.assent.cli.demo.Audit;
import dev.assent.cli.demo.DemoResult;
import dev.assent.cli.demo.Settled;
import dev.assent.cli.demo.Transfer;
import dev.assent.lab.demo.Journal.Entry;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks at the end of the demo find what they are there to find. */
class ResourcesAuditTest {
    private static final TransactionId ID = TransactionId.of(1, 1);
    private static final TransactionId OTHER = TransactionId.of(1, 2);
    private static final Transfer TRANSFER = new Transfer(1, Role.NORTH, "account-01", Role.SOUTH, "account-02", 30, 0);
    private static final String TEXT = "1: 30 from bank-north account-01 to bank-south account-02";

    @TempDir
    private Path directory;

    private SqlBooks north;
    private SqlBooks south;

    @BeforeEach
    void openBanks() throws SQLException {
        north = books(Role.NORTH);
        south = books(Role.SOUTH);
    }

    private static SqlBooks books(String name) throws SQLException {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        SqlBooks books = new SqlBooks(name, source);
        books.create();
        return books;
    }

    private static void work(SqlBooks bank) throws Exception {
        try (Connection connection = bank.dataSource().getConnection()) {
            bank.run(
                    connection,
                    branch(bank.name()),
                    TRANSFER.bookings().get(bank.name()).payload());
        }
    }

    private static void run(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static BranchId branch(String participant) {
        return new BranchId(new UUID(1, 2), ID, participant, "00000000000000aa");
    }

    private static List<Settled> settled(OutcomeState outcome) {
        return List.of(new Settled(TRANSFER, Optional.of(ID), Optional.of(outcome), ""));
    }

    private List<String> audit(OutcomeState outcome) throws Exception {
        return Audit.violations(List.of(north, south), settled(outcome), Map.of(ID, outcome));
    }

    @Test
    void acceptsWhatBothBanksBooked() throws Exception {
        work(north);
        work(south);
        assertEquals(List.of(), audit(OutcomeState.COMMITTED));
    }

    @Test
    void findsAWrongBalance() throws Exception {
        run(north.dataSource(), "update account set balance = 99 where name = 'account-09'");
        assertEquals(
                List.of(
                        "bank-north: account-09 holds 99 instead of 100",
                        "all accounts together hold 12799 instead of 12800"),
                audit(OutcomeState.ABORTED));
    }

    @Test
    void findsATransferThatWasBookedTwice() throws Exception {
        work(north);
        work(south);
        work(south);
        assertEquals(
                List.of(
                        ID + ": bank-south booked account-02 +60 instead of account-02 +30",
                        "bank-south: account-02 holds 160 instead of 130",
                        "all accounts together hold 12830 instead of 12800"),
                audit(OutcomeState.COMMITTED));
    }

    @Test
    void acceptsOneEntryForACommittedTransfer() {
        assertEquals(List.of(), entries(OutcomeState.COMMITTED, new Entry(ID.toString(), TEXT)));
        assertEquals(List.of(), entries(OutcomeState.ABORTED));
    }

    @Test
    void findsAMissingRecord() {
        assertEquals(
                List.of(ID + ": COMMITTED, and ledger holds [] instead of [" + TEXT + "]"),
                entries(OutcomeState.COMMITTED));
    }

    @Test
    void findsARecordOfAnAbortedTransfer() {
        assertEquals(
                List.of(ID + ": ABORTED, and ledger holds [" + TEXT + "] instead of []"),
                entries(OutcomeState.ABORTED, new Entry(ID.toString(), TEXT)));
    }

    @Test
    void findsARecordThatSaysSomethingElse() {
        assertEquals(
                List.of(ID + ": COMMITTED, and ledger holds [1: 31] instead of [" + TEXT + "]"),
                entries(OutcomeState.COMMITTED, new Entry(ID.toString(), "1: 31")));
    }

    @Test
    void findsARecordOfNobody() {
        assertEquals(
                List.of(OTHER + ": ledger holds [" + TEXT + "] for a transfer that nobody began"),
                entries(OutcomeState.ABORTED, new Entry(OTHER.toString(), TEXT)));
    }

    private static List<String> entries(OutcomeState outcome, Entry... entries) {
        return JournalAudit.violations(Role.LEDGER, List.of(entries), settled(outcome));
    }

    @Test
    void findsADoubledReceipt() throws Exception {
        Receipts receipts = Receipts.open(Role.RECEIPTS, directory);
        Path files = directory.resolve("receipts");
        Files.writeString(files.resolve(ID + ".00000000000000aa"), TEXT);
        assertEquals(
                List.of(), JournalAudit.violations(Role.RECEIPTS, receipts.entries(), settled(OutcomeState.COMMITTED)));
        Files.writeString(files.resolve(ID + ".00000000000000bb"), TEXT);
        assertEquals(
                List.of(ID + ": COMMITTED, and receipts holds [" + TEXT + ", " + TEXT + "] instead of [" + TEXT + "]"),
                JournalAudit.violations(Role.RECEIPTS, receipts.entries(), settled(OutcomeState.COMMITTED)));
    }

    @Test
    void findsABranchThatIsLeftPrepared() throws Exception {
        Receipts receipts = Receipts.open(Role.RECEIPTS, directory);
        FileResource resource = FileResource.open(directory, receipts);
        List<Leftovers> asked = List.of(Leftovers.inDirectory(directory));
        assertEquals(List.of(), Leftovers.all(asked));
        BranchId branch = branch(Role.RECEIPTS);
        assertEquals(Prepared.yes(), resource.prepare(branch, TEXT.getBytes(StandardCharsets.UTF_8)));
        assertEquals(2, Leftovers.all(asked).size(), () -> "prepared, with its content staged");
        resource.commit(branch);
        assertEquals(List.of(), Leftovers.all(asked));
        assertEquals(List.of(new Entry(ID.toString(), TEXT)), receipts.entries());
    }

    @Test
    void isFineOnlyWithAllKillsAndNothingLeft() {
        assertTrue(result(0, 0, 0, 3).fine());
        assertFalse(result(1, 0, 0, 3).fine());
        assertFalse(result(0, 1, 0, 3).fine());
        assertFalse(result(0, 0, 1, 3).fine());
        assertFalse(result(0, 0, 0, 2).fine());
        assertEquals(
                "committed=5 aborted=2 unknown=0 violations=0 takeover_ms=7 records=5 receipts=5 prepared_left=0 kills=3",
                result(0, 0, 0, 3).line());
    }

    private static ResourcesResult result(int unknown, int violations, int left, int kills) {
        return new ResourcesResult(new DemoResult(5, 2, unknown, violations, 7), 5, 5, left, kills, 3);
    }
}
