package dev.assent.lab.demo;

import java.util.List;

/**
 * A participant of each transfer. Immutable.
 *
 * @param participant its name
 * @param kind what it works in
 * @param location a server's port or address, or a directory
 */
record Role(String participant, Kind kind, String location) {
    static final String NORTH = "bank-north";
    static final String SOUTH = "bank-south";
    static final String LEDGER = "ledger";
    static final String RECEIPTS = "receipts";
    static final List<String> BANKS = List.of(NORTH, SOUTH);

    boolean bank() {
        return BANKS.contains(participant);
    }
}
