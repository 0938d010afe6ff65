package dev.assent.adapter.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** A local POSIX file system, where a directory can be opened and forced. Thread-safe. */
final class LocalFiles implements FileOperations {
    /**
     * The system's file locks belong to the whole process, and closing any channel on the file gives them up: so at most
     * one thread of this JVM may be at a directory's lock file, whichever resource it works for.
     */
    private static final ConcurrentMap<Object, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

    @Override
    public Closeable lock(Path directory, Path lockFile) throws IOException {
        Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
        ReentrantLock inProcess =
                IN_PROCESS.computeIfAbsent(key == null ? directory.toRealPath() : key, k -> new ReentrantLock());
        if (inProcess.isHeldByCurrentThread()) {
            // Closing the second channel that this needs would give up what the first one locked.
            throw new IOException("a call of the resource at " + directory
                    + " by its own work, which holds it already: read through the view that the work was handed");
        }
        inProcess.lock();
        try {
            FileChannel channel =
                    FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE, noFollow());
            try {
                channel.lock();
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            return () -> {
                try {
                    channel.close();
                } finally {
                    inProcess.unlock();
                }
            };
        } catch (IOException | RuntimeException e) {
            inProcess.unlock();
            throw e;
        }
    }

    @Override
    public Kind kind(Path path) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class, noFollow());
            return attributes.isRegularFile() ? Kind.FILE : attributes.isDirectory() ? Kind.DIRECTORY : Kind.OTHER;
        } catch (NoSuchFileException e) {
            return Kind.ABSENT;
        }
    }

    @Override
    public byte[] read(Path file, int bound) throws IOException {
        try (InputStream in = Files.newInputStream(file, noFollow())) {
            byte[] content = in.readNBytes(bound);
            if (in.read() >= 0) {
                throw new FileTooLargeException(file, bound);
            }
            return content;
        }
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (kind(directory) != Kind.DIRECTORY) {
                throw e;
            }
        }
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                noFollow())) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    @Override
    public void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ, noFollow())) {
            channel.force(true);
        }
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    private static LinkOption noFollow() {
        return LinkOption.NOFOLLOW_LINKS;
    }
}
