package dev.assent.adapter.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Ends its world at the n-th step that changes something; a write has two, for it can also be cut in half. */
final class CrashingFiles implements FileOperations {
    /** Thrown in place of the death of the process; nothing in the code under test may catch it. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("crash", null, false, false);
        }
    }

    private final FileOperations files;
    private final int fatal;
    private final Runnable death;
    private int steps;

    /** Dies at step {@code fatal}, the first being 1; never where it is 0. */
    CrashingFiles(FileOperations files, int fatal, Runnable death) {
        this.files = files;
        this.fatal = fatal;
        this.death = death;
    }

    /** Dies by throwing {@link Crash}, and again at each later step. */
    CrashingFiles(FileOperations files, int fatal) {
        this(files, fatal, () -> {
            throw new Crash();
        });
    }

    int steps() {
        return steps;
    }

    private boolean dies() {
        steps++;
        return fatal != 0 && steps >= fatal;
    }

    private void step() {
        if (dies()) {
            death.run();
        }
    }

    @Override
    public Closeable lock(Path directory, Path lockFile) throws IOException {
        return files.lock(directory, lockFile);
    }

    @Override
    public Kind kind(Path path) throws IOException {
        return files.kind(path);
    }

    @Override
    public byte[] read(Path file, int bound) throws IOException {
        return files.read(file, bound);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        step();
        files.createDirectory(directory);
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
        step();
        if (dies()) {
            files.write(file, Arrays.copyOf(content, content.length / 2));
            death.run();
        }
        files.write(file, content);
    }

    @Override
    public void force(Path directory) throws IOException {
        step();
        files.force(directory);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        step();
        files.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        step();
        files.delete(path);
    }
}
