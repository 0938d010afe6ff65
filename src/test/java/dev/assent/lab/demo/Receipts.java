package dev.assent.lab.demo;

import dev.assent.adapter.file.FileChange;
import dev.assent.adapter.file.FileView;
import dev.assent.adapter.file.FileWork;
import dev.assent.protocol.BranchId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file for each transfer, {@code receipts/<txid>.<attempt>}: two attempts that were both applied would leave two.
 * Immutable; thread-safe.
 *
 * @param name its name as a participant
 * @param directory where the files are
 */
record Receipts(String name, Path directory) implements FileWork, Journal {
    private static final String FILES = "receipts";

    /** The receipts of a directory, with a place for them. */
    static Receipts open(String name, Path directory) throws IOException {
        Files.createDirectories(directory.resolve(FILES));
        return new Receipts(name, directory);
    }

    @Override
    public List<FileChange> changes(BranchId branch, byte[] payload, FileView committed) {
        return List.of(FileChange.write(FILES + "/" + branch.transaction() + "." + branch.attempt(), payload));
    }

    @Override
    public List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory.resolve(FILES))) {
            for (Path file : files.sorted().toList()) {
                String[] words = file.getFileName().toString().split("\\.", 2);
                entries.add(new Entry(words[0], new String(Files.readAllBytes(file), StandardCharsets.UTF_8)));
            }
        }
        return entries;
    }
}
