package dev.assent.adapter.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.assent.adapter.RefusedException;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.TransactionId;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Branch ids and contents for tests. */
final class Branches {
    static final UUID INSTALLATION = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    static final String PARTICIPANT = "files";

    private Branches() {}

    static BranchId branch(long number) {
        return branch(1, number);
    }

    static BranchId branch(long generation, long number) {
        return new BranchId(INSTALLATION, TransactionId.of(generation, number), PARTICIPANT, "00000000000000aa");
    }

    static byte[] payload(String... instructions) {
        return String.join("\n", instructions).getBytes(UTF_8);
    }

    /** The files of a resource as text. */
    static Map<String, String> texts(FileResource resource) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        resource.snapshot().forEach((path, content) -> texts.put(path, new String(content, UTF_8)));
        return texts;
    }

    /** Moves an amount between two files that hold numbers, {@code from to amount}; refuses an overdraft. */
    static FileWork transfers() {
        return (branch, payload, committed) -> {
            String[] words = new String(payload, UTF_8).split(" ", -1);
            long amount = Long.parseLong(words[2]);
            long from = balance(committed, words[0]) - amount;
            if (from < 0) {
                throw new RefusedException("not enough money in " + words[0]);
            }
            long to = balance(committed, words[1]) + amount;
            return Arrays.asList(amount(words[0], from), amount(words[1], to));
        };
    }

    private static FileChange amount(String path, long balance) {
        return FileChange.write(path, Long.toString(balance).getBytes(UTF_8));
    }

    private static long balance(FileView committed, String path) throws IOException, RefusedException {
        byte[] content = committed.read(path).orElseThrow(() -> new RefusedException("no account " + path));
        return Long.parseLong(new String(content, UTF_8));
    }
}
