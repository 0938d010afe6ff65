package dev.assent.adapter.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Every access of a {@link FileResource} to its file system, so that tests can end the world between any two of them.
 * Links are never followed. Thread-safe.
 */
interface FileOperations {
    /** What stands at a path. */
    enum Kind {
        ABSENT,
        FILE,
        DIRECTORY,
        /** A symbolic link or a device. */
        OTHER
    }

    /** Waits for the exclusive right to {@code directory}, among all threads and processes of this machine. */
    Closeable lock(Path directory, Path lockFile) throws IOException;

    Kind kind(Path path) throws IOException;

    /**
     * The content of a file.
     *
     * @throws FileTooLargeException if the file has more than {@code bound} bytes
     */
    byte[] read(Path file, int bound) throws IOException;

    /** The names in a directory, sorted. */
    List<String> list(Path directory) throws IOException;

    /** Creates one directory, unless it is there. Durable once the parent was forced. */
    void createDirectory(Path directory) throws IOException;

    /** Creates or replaces a file and forces its content; its name is durable once the directory was forced. */
    void write(Path file, byte[] content) throws IOException;

    /** Forces the entries of a directory. */
    void force(Path directory) throws IOException;

    /** Renames a file atomically, replacing what is there. Durable once the directories were forced. */
    void move(Path from, Path to) throws IOException;

    /** Removes a file or an empty directory, if it is there. */
    void delete(Path path) throws IOException;

    /** A file is larger than its reader allows. */
    final class FileTooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        FileTooLargeException(Path file, int bound) {
            super(file + " has more than " + bound + " bytes");
        }
    }
}
