package dev.assent.adapter.file;

import java.util.Optional;

/**
 * What a branch does to one file. Immutable.
 *
 * @param path where, relative to the resource's root, with {@code /} between names
 * @param content the file's whole new content, not to be modified; empty to delete the file
 */
@SuppressWarnings("ArrayRecordComponent") // handed through, never compared
public record FileChange(String path, Optional<byte[]> content) {
    /** The file at {@code path} has exactly {@code content} afterwards, whether it existed before or not. */
    public static FileChange write(String path, byte[] content) {
        return new FileChange(path, Optional.of(content));
    }

    /** There is no file at {@code path} afterwards, whether it existed before or not. */
    public static FileChange delete(String path) {
        return new FileChange(path, Optional.empty());
    }
}
