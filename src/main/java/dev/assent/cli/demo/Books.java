package dev.assent.cli.demo;

import dev.assent.cli.demo.Transfer.Booking;
import java.util.Map;

/** A bank's accounts and what was booked on them, wherever they are kept. Thread-safe. */
public interface Books {
    int ACCOUNTS = 64;
    long OPENING_BALANCE = 100;

    /** The name of an account, numbered from 0. */
    static String account(int number) {
        return String.format("account-%02d", number);
    }

    /** The bank's name as a participant. */
    String name();

    /** What is on each account now, by its name. */
    Map<String, Long> balances() throws Exception;

    /** The bookings that were applied, by transaction id. */
    Map<String, Booking> receipts() throws Exception;
}
