package dev.assent.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second server off a data directory: ZooKeeper does not, and two would overwrite each other's log. The operating
 * system drops the lock with its process, however that ends.
 */
final class DataLock implements AutoCloseable {
    private static final String FILE = "assent.lock";

    private final FileChannel channel;

    private DataLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock of {@code directory}, which is created if it is not there. */
    static DataLock take(Path directory) {
        FileChannel channel;
        try {
            Files.createDirectories(directory);
            channel = FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw CliException.usage("--data " + directory + " is not a directory that can be written: " + reason(e));
        }
        DataLock lock = new DataLock(channel);
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return lock;
            }
        } catch (OverlappingFileLockException e) {
            // Held within this process: the same answer.
        } catch (IOException e) {
            lock.close();
            throw CliException.usage("--data " + directory + " cannot be locked: " + reason(e));
        }
        lock.close();
        throw CliException.usage("--data " + directory + " is in use by another server: stop it, or choose another");
    }

    private static String reason(IOException failure) {
        String reason = failure instanceof FileSystemException known ? known.getReason() : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("the lock of a data directory cannot be dropped", e);
        }
    }
}
