package dev.assent.adapter.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A disk that keeps only what was forced: entries of a directory are pending until that directory is forced, and a loss
 * of power applies any part of the pending ones. A rename is applied wholly or not at all. For one thread.
 */
final class MemoryDisk implements FileOperations {
    private static final byte[] DIRECTORY = {};

    /** A change of directory entries that is not durable yet. */
    private record Pending(List<Path> directories, Consumer<SortedMap<Path, byte[]>> change) {}

    private SortedMap<Path, byte[]> now = new TreeMap<>();
    private SortedMap<Path, byte[]> durable = new TreeMap<>();
    private List<Pending> pending = new ArrayList<>();

    MemoryDisk(Path root) {
        now.put(root, DIRECTORY);
        durable.put(root, DIRECTORY);
    }

    /** The power fails; each pending change is on the disk if {@code kept} says so. */
    void losePower(BooleanSupplier kept) {
        pending.stream()
                .filter(change -> kept.getAsBoolean())
                .forEach(change -> change.change().accept(durable));
        pending = new ArrayList<>();
        // Nobody finds what lies in a directory whose own name was lost.
        Path root = durable.firstKey();
        durable.keySet().removeIf(path -> !reachable(root, path));
        now = new TreeMap<>(durable);
    }

    private boolean reachable(Path root, Path path) {
        return path.equals(root) || (durable.containsKey(path.getParent()) && reachable(root, path.getParent()));
    }

    private void change(List<Path> directories, Consumer<SortedMap<Path, byte[]>> change) {
        change.accept(now);
        pending.add(new Pending(directories, change));
    }

    @Override
    public Closeable lock(Path directory, Path lockFile) {
        return () -> {};
    }

    @Override
    public Kind kind(Path path) {
        byte[] content = now.get(path);
        return content == null ? Kind.ABSENT : content == DIRECTORY ? Kind.DIRECTORY : Kind.FILE;
    }

    @Override
    public byte[] read(Path file, int bound) throws IOException {
        if (kind(file) != Kind.FILE) {
            throw new NoSuchFileException(file.toString());
        }
        if (now.get(file).length > bound) {
            throw new FileTooLargeException(file, bound);
        }
        return now.get(file).clone();
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        if (kind(directory) != Kind.DIRECTORY) {
            throw new NoSuchFileException(directory.toString());
        }
        return now.keySet().stream()
                .filter(path -> directory.equals(path.getParent()))
                .map(path -> path.getFileName().toString())
                .sorted()
                .toList();
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        requireParent(directory);
        if (kind(directory) == Kind.ABSENT) {
            change(List.of(directory.getParent()), entries -> entries.putIfAbsent(directory, DIRECTORY));
        }
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
        requireParent(file);
        byte[] copy = Arrays.copyOf(content, content.length);
        if (durable.containsKey(file)) {
            durable.put(file, copy);
        }
        change(List.of(file.getParent()), entries -> entries.put(file, copy));
    }

    @Override
    public void force(Path directory) throws IOException {
        if (kind(directory) != Kind.DIRECTORY) {
            throw new NoSuchFileException(directory.toString());
        }
        List<Pending> left = new ArrayList<>();
        for (Pending change : pending) {
            if (change.directories().contains(directory)) {
                change.change().accept(durable);
            } else {
                left.add(change);
            }
        }
        pending = left;
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        requireParent(to);
        if (kind(from) != Kind.FILE) {
            throw new NoSuchFileException(from.toString());
        }
        if (kind(to) == Kind.DIRECTORY) {
            throw new IOException(to + " is a directory");
        }
        byte[] content = now.get(from);
        change(List.of(from.getParent(), to.getParent()), entries -> {
            entries.remove(from);
            entries.put(to, content);
        });
    }

    @Override
    public void delete(Path path) throws IOException {
        if (kind(path) == Kind.DIRECTORY && !list(path).isEmpty()) {
            throw new IOException(path + " is not empty");
        }
        change(List.of(path.getParent()), entries -> entries.remove(path));
    }

    private void requireParent(Path path) throws IOException {
        if (kind(path.getParent()) != Kind.DIRECTORY) {
            throw new NoSuchFileException(path.getParent().toString());
        }
    }
}
