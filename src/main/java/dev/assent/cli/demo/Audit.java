package dev.assent.cli.demo;

import dev.assent.cli.demo.Transfer.Booking;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Holds what the banks' books say against the transfers' outcomes. Stateless. */
public final class Audit {
    private Audit() {}

    /**
     * Everything that is not as it should be, one line each.
     *
     * @param recorded what record and history say of each transaction
     */
    public static List<String> violations(
            List<? extends Books> banks, List<Settled> transfers, Map<TransactionId, OutcomeState> recorded)
            throws Exception {
        List<String> found = new ArrayList<>();
        for (Settled settled : transfers) {
            settled.id().ifPresent(id -> compareOutcomes(settled, id, recorded.get(id), found));
        }
        long total = 0;
        for (Books bank : banks) {
            Map<String, Booking> receipts = bank.receipts();
            Map<String, Long> balances = bank.balances();
            compareReceipts(bank, transfers, receipts, found);
            compareBalances(bank, transfers, balances, found);
            total += balances.values().stream().mapToLong(Long::longValue).sum();
        }
        long before = Books.OPENING_BALANCE * Books.ACCOUNTS * banks.size();
        if (total != before) {
            found.add("all accounts together hold " + total + " instead of " + before);
        }
        return found;
    }

    private static void compareOutcomes(Settled settled, TransactionId id, OutcomeState recorded, List<String> found) {
        Optional<OutcomeState> told = settled.told();
        if (told.isPresent() && told.get() != recorded) {
            found.add(id + ": its initiator was told " + told.get() + ", the record says " + recorded);
        }
    }

    private static void compareReceipts(
            Books bank, List<Settled> transfers, Map<String, Booking> receipts, List<String> found) {
        Map<String, Booking> unexplained = new TreeMap<>(receipts);
        for (Settled settled : transfers) {
            if (settled.id().isEmpty() || settled.told().isEmpty()) {
                settled.id().ifPresent(id -> unexplained.remove(id.toString()));
                continue;
            }
            TransactionId id = settled.id().get();
            Booking expected = settled.is(OutcomeState.COMMITTED)
                    ? settled.transfer().bookings().get(bank.name())
                    : null;
            Booking actual = unexplained.remove(id.toString());
            if (expected != null && actual == null) {
                found.add(id + ": COMMITTED, and " + bank.name() + " did not book " + expected);
            } else if (expected == null && actual != null) {
                found.add(id + ": " + settled.told().get() + ", and " + bank.name() + " booked " + actual);
            } else if (expected != null && !expected.equals(actual)) {
                found.add(id + ": " + bank.name() + " booked " + actual + " instead of " + expected);
            }
        }
        unexplained.forEach((id, booking) ->
                found.add(id + ": " + bank.name() + " booked " + booking + " for a transfer that nobody began"));
    }

    private static void compareBalances(
            Books bank, List<Settled> transfers, Map<String, Long> balances, List<String> found) {
        Map<String, Long> expected = new HashMap<>();
        balances.keySet().forEach(account -> expected.put(account, Books.OPENING_BALANCE));
        for (Settled settled : transfers) {
            if (settled.is(OutcomeState.COMMITTED)) {
                Booking booking = settled.transfer().bookings().get(bank.name());
                expected.merge(booking.account(), booking.amount(), Long::sum);
            }
        }
        if (transfers.stream().anyMatch(settled -> settled.told().isEmpty())) {
            // With an outcome unknown nobody can say what an account should hold; the total still counts.
            return;
        }
        balances.forEach((account, balance) -> {
            if (!expected.get(account).equals(balance)) {
                found.add(bank.name() + ": " + account + " holds " + balance + " instead of " + expected.get(account));
            }
            if (balance < 0) {
                found.add(bank.name() + ": " + account + " is overdrawn: " + balance);
            }
        });
    }
}
