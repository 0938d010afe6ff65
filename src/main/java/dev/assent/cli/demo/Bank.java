package dev.assent.cli.demo;

import dev.assent.adapter.RefusedException;
import dev.assent.adapter.file.FileChange;
import dev.assent.adapter.file.FileView;
import dev.assent.adapter.file.FileWork;
import dev.assent.cli.demo.Transfer.Booking;
import dev.assent.protocol.BranchId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A bank branch whose books are files: {@code accounts/<account>} holds a balance, {@code receipts/<txid>} the booking of
 * a transfer, written together with it. Immutable; thread-safe.
 *
 * @param name its name as a participant
 * @param directory where its files are
 */
public record Bank(String name, Path directory) implements FileWork, Books {
    private static final String ACCOUNT_DIRECTORY = "accounts";
    private static final String RECEIPT_DIRECTORY = "receipts";

    /** Opens a bank with the same balance on each account. */
    public static Bank open(String name, Path directory) throws IOException {
        Files.createDirectories(directory.resolve(RECEIPT_DIRECTORY));
        Path accounts = Files.createDirectories(directory.resolve(ACCOUNT_DIRECTORY));
        for (int number = 0; number < ACCOUNTS; number++) {
            Files.write(accounts.resolve(Books.account(number)), text(OPENING_BALANCE));
        }
        return new Bank(name, directory);
    }

    @Override
    public List<FileChange> changes(BranchId branch, byte[] payload, FileView committed)
            throws IOException, RefusedException {
        Booking booking = booking(payload);
        String path = ACCOUNT_DIRECTORY + "/" + booking.account();
        Optional<byte[]> before = committed.read(path);
        if (before.isEmpty()) {
            throw new RefusedException("there is no " + booking.account());
        }
        long balance = number(before.get());
        Optional<String> objection = booking.objection(balance);
        if (objection.isPresent()) {
            throw new RefusedException(objection.get());
        }
        return List.of(
                FileChange.write(path, text(balance + booking.amount())),
                FileChange.write(RECEIPT_DIRECTORY + "/" + branch.transaction(), payload));
    }

    private static Booking booking(byte[] payload) throws RefusedException {
        try {
            return Booking.requested(payload);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(e.getMessage());
        }
    }

    @Override
    public Map<String, Long> balances() throws IOException {
        Map<String, Long> balances = new TreeMap<>();
        for (Path file : files(ACCOUNT_DIRECTORY)) {
            balances.put(file.getFileName().toString(), number(Files.readAllBytes(file)));
        }
        return balances;
    }

    @Override
    public Map<String, Booking> receipts() throws IOException {
        Map<String, Booking> receipts = new TreeMap<>();
        for (Path file : files(RECEIPT_DIRECTORY)) {
            receipts.put(file.getFileName().toString(), Booking.parse(Files.readAllBytes(file)));
        }
        return receipts;
    }

    private List<Path> files(String kind) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(kind))) {
            return files.sorted().toList();
        }
    }

    private static byte[] text(long number) {
        return Long.toString(number).getBytes(StandardCharsets.UTF_8);
    }

    private static long number(byte[] text) {
        return Long.parseLong(new String(text, StandardCharsets.UTF_8).strip());
    }
}
