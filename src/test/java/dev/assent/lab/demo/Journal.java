package dev.assent.lab.demo;

import dev.assent.cli.demo.Transfer;
import java.util.List;

/** Where each transfer leaves one entry, outside of the banks. Thread-safe. */
interface Journal {
    /**
     * An entry as it was found.
     *
     * @param transaction the transaction that it names
     * @param text what it says of the transfer
     */
    record Entry(String transaction, String text) {}

    /** Its name as a participant. */
    String name();

    /** Everything that was committed. */
    List<Entry> entries() throws Exception;

    /** What an entry says of {@code transfer}. */
    static String text(Transfer transfer) {
        return String.format(
                "%d: %d from %s %s to %s %s",
                transfer.number(),
                transfer.amount(),
                transfer.from(),
                transfer.fromAccount(),
                transfer.to(),
                transfer.toAccount());
    }
}
