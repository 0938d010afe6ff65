package dev.assent.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's check finds what it is there to find. */
class AuditTest {
    private static final TransactionId ID = TransactionId.of(1, 1);
    private static final Transfer TRANSFER = new Transfer(1, "north", "account-01", "south", "account-02", 30, 0);

    @TempDir
    private Path directory;

    private Bank north;
    private Bank south;

    @BeforeEach
    void openBanks() throws IOException {
        north = Bank.open("north", directory.resolve("north"));
        south = Bank.open("south", directory.resolve("south"));
    }

    @Test
    void acceptsACommittedTransfer() throws Exception {
        book(north, "account-01", "70", "account-01 -30");
        book(south, "account-02", "130", "account-02 +30");
        assertEquals(List.of(), audit(OutcomeState.COMMITTED, OutcomeState.COMMITTED));
    }

    @Test
    void acceptsAnAbortedTransfer() throws Exception {
        assertEquals(List.of(), audit(OutcomeState.ABORTED, OutcomeState.ABORTED));
    }

    @Test
    void findsABankThatDidNotApply() throws Exception {
        book(north, "account-01", "70", "account-01 -30");
        assertEquals(
                List.of(
                        ID + ": COMMITTED, and south did not book account-02 +30",
                        "south: account-02 holds 100 instead of 130",
                        "all accounts together hold 12770 instead of 12800"),
                audit(OutcomeState.COMMITTED, OutcomeState.COMMITTED));
    }

    @Test
    void findsABankThatAppliedWhatWasAborted() throws Exception {
        book(south, "account-02", "130", "account-02 +30");
        assertEquals(
                List.of(
                        ID + ": ABORTED, and south booked account-02 +30",
                        "south: account-02 holds 130 instead of 100",
                        "all accounts together hold 12830 instead of 12800"),
                audit(OutcomeState.ABORTED, OutcomeState.ABORTED));
    }

    @Test
    void findsAnotherAmount() throws Exception {
        book(north, "account-01", "70", "account-01 -30");
        book(south, "account-02", "140", "account-02 +40");
        assertEquals(
                List.of(
                        ID + ": south booked account-02 +40 instead of account-02 +30",
                        "south: account-02 holds 140 instead of 130",
                        "all accounts together hold 12810 instead of 12800"),
                audit(OutcomeState.COMMITTED, OutcomeState.COMMITTED));
    }

    @Test
    void findsAReceiptWithoutATransfer() throws Exception {
        receipt(north, TransactionId.of(1, 2), "account-03 +1");
        assertEquals(
                List.of(TransactionId.of(1, 2) + ": north booked account-03 +1 for a transfer that nobody began"),
                audit(OutcomeState.ABORTED, OutcomeState.ABORTED));
    }

    @Test
    void findsAnInitiatorThatWasToldSomethingElse() throws Exception {
        assertEquals(
                List.of(ID + ": its initiator was told ABORTED, the record says COMMITTED"),
                audit(OutcomeState.ABORTED, OutcomeState.COMMITTED));
    }

    @Test
    void findsMoneyMadeFromNothing() throws Exception {
        Files.writeString(north.directory().resolve("accounts/account-09"), "101");
        assertEquals(
                List.of(
                        "north: account-09 holds 101 instead of 100",
                        "all accounts together hold 12801 instead of 12800"),
                audit(OutcomeState.ABORTED, OutcomeState.ABORTED));
    }

    @Test
    void aSeedDecidesThePlan() {
        List<String> banks = List.of("north", "south");
        assertEquals(Transfer.plan(1, 50, banks), Transfer.plan(1, 50, banks));
        assertNotEquals(Transfer.plan(1, 50, banks), Transfer.plan(2, 50, banks));
    }

    private List<String> audit(OutcomeState told, OutcomeState recorded) throws Exception {
        Settled settled = new Settled(TRANSFER, Optional.of(ID), Optional.of(told), "");
        return Audit.violations(List.of(north, south), List.of(settled), Map.of(ID, recorded));
    }

    private void book(Bank bank, String account, String balance, String receipt) throws IOException {
        Files.writeString(bank.directory().resolve("accounts").resolve(account), balance);
        receipt(bank, ID, receipt);
    }

    private void receipt(Bank bank, TransactionId id, String receipt) throws IOException {
        Files.write(
                bank.directory().resolve("receipts").resolve(id.toString()), receipt.getBytes(StandardCharsets.UTF_8));
    }
}
