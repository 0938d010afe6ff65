package dev.assent.cli.demo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Money from an account of one bank to an account of the other. Immutable.
 *
 * @param number its place in the plan, from 1
 * @param from the bank that pays
 * @param fromAccount its account
 * @param to the bank that receives
 * @param toAccount its account
 * @param amount more than 0
 * @param pauseMillis how long its sender waits before it begins
 */
public record Transfer(
        int number, String from, String fromAccount, String to, String toAccount, long amount, long pauseMillis) {
    /** Above the opening balance: some transfers are refused. */
    private static final int MAX_AMOUNT = 125;
    /** Small enough that no account of the scene runs dry. */
    private static final int MAX_SCENE_AMOUNT = Math.toIntExact(Books.OPENING_BALANCE) / DemoOptions.SCENE_ATTEMPTS;

    private static final int MAX_PAUSE_MILLIS = 20;

    /** {@code count} transfers, always the same ones for a seed. */
    public static List<Transfer> plan(long seed, int count, List<String> banks) {
        Random random = new Random(seed);
        List<Transfer> plan = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            boolean forth = random.nextBoolean();
            plan.add(new Transfer(
                    number,
                    banks.get(forth ? 0 : 1),
                    Books.account(random.nextInt(Books.ACCOUNTS - DemoOptions.SCENE_TRANSFERS)),
                    banks.get(forth ? 1 : 0),
                    Books.account(random.nextInt(Books.ACCOUNTS - DemoOptions.SCENE_TRANSFERS)),
                    1 + random.nextInt(MAX_AMOUNT),
                    random.nextInt(MAX_PAUSE_MILLIS)));
        }
        return plan;
    }

    /**
     * The same transfer between accounts that only the scene of the takeover uses, with an amount that they surely hold:
     * nothing but the missing leader keeps it from being decided.
     *
     * @param place which one of the scene, from 0
     */
    public Transfer inScene(int place) {
        String account = Books.account(Books.ACCOUNTS - 1 - place);
        return new Transfer(number, from, account, to, account, 1 + amount % MAX_SCENE_AMOUNT, 0);
    }

    /** What each bank is told. */
    public Map<String, Booking> bookings() {
        return Map.of(from, new Booking(fromAccount, -amount), to, new Booking(toAccount, amount));
    }

    /** One bank's half: {@code amount} is what the account gains. Immutable. */
    public record Booking(String account, long amount) {
        private static final long MAX_AMOUNT = 1_000_000_000_000L;

        public byte[] payload() {
            return toString().getBytes(StandardCharsets.UTF_8);
        }

        /**
         * What a payload asks for: whoever likes may send one, not only the demo.
         *
         * @throws IllegalArgumentException if it is nonsense; says what was expected
         */
        public static Booking requested(byte[] payload) {
            Booking booking;
            try {
                booking = parse(payload);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "expected 'ACCOUNT AMOUNT', as in 'account-07 -25': " + e.getMessage(), e);
            }
            if (Math.abs(booking.amount) > MAX_AMOUNT) {
                throw new IllegalArgumentException("amount " + booking.amount + " is not within " + MAX_AMOUNT);
            }
            return booking;
        }

        /** Why an account that holds {@code balance} does not take this booking, if it does not. */
        public Optional<String> objection(long balance) {
            return balance + amount < 0
                    ? Optional.of(account + " holds " + balance + ", which does not cover " + -amount)
                    : Optional.empty();
        }

        /** Reads a payload or a receipt. */
        public static Booking parse(byte[] text) {
            String[] words = new String(text, StandardCharsets.UTF_8).strip().split(" ", -1);
            if (words.length != 2) {
                throw new IllegalArgumentException(words.length + " words are no booking of an amount on an account");
            }
            return new Booking(words[0], Long.parseLong(words[1]));
        }

        @Override
        public String toString() {
            return account + " " + (amount < 0 ? "" : "+") + amount;
        }
    }
}
