package dev.assent.adapter.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a prepared branch holds: the paths that it read and those that it changes, with the length and SHA-256 of each
 * new content. Text, a line an entry, the last one a checksum over all before. Immutable.
 */
record Manifest(List<Entry> entries) {
    /** What a branch does with a path. */
    enum Use {
        READ,
        WRITE,
        DELETE
    }

    /**
     * One path.
     *
     * @param length of the new content, 0 unless it writes
     * @param sha256 of the new content in hexadecimal digits, {@code -} unless it writes
     */
    record Entry(Use use, long length, String sha256, String path) {
        static Entry of(Use use, String path) {
            return new Entry(use, 0, "-", path);
        }

        static Entry write(String path, byte[] content) {
            return new Entry(Use.WRITE, content.length, digest(content), path);
        }

        boolean matches(byte[] content) {
            return content.length == length && digest(content).equals(sha256);
        }

        /** Whether this and {@code other}, of another branch, cannot both be held. */
        boolean excludes(Entry other) {
            return (use != Use.READ || other.use != Use.READ) && RelativePath.overlap(path, other.path);
        }
    }

    private static final String HEAD = "assent-manifest 1\n";
    private static final String SUM = "sum ";

    Manifest {
        entries = List.copyOf(entries);
    }

    byte[] encode() {
        StringBuilder text = new StringBuilder(HEAD);
        for (Entry entry : entries) {
            text.append(entry.use).append(' ').append(entry.length).append(' ');
            text.append(entry.sha256).append(' ').append(entry.path).append('\n');
        }
        String sum = digest(text.toString().getBytes(StandardCharsets.UTF_8));
        return text.append(SUM).append(sum).append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IOException if {@code data} is not exactly what {@link #encode} wrote */
    static Manifest decode(byte[] data) throws IOException {
        String text = new String(data, StandardCharsets.UTF_8);
        List<Entry> entries = new ArrayList<>();
        try {
            for (String line : text.split("\n", -1)) {
                String[] words = line.split(" ", 4);
                if (words.length == 4) {
                    entries.add(new Entry(Use.valueOf(words[0]), Long.parseLong(words[1]), words[2], words[3]));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("a manifest of " + data.length + " bytes is damaged: " + e.getMessage(), e);
        }
        Manifest manifest = new Manifest(entries);
        // Compares the checksum, and everything that a lenient parser could have read over.
        if (!MessageDigest.isEqual(manifest.encode(), data)) {
            throw new IOException("a manifest of " + data.length + " bytes is damaged: its checksum does not match");
        }
        return manifest;
    }

    static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
