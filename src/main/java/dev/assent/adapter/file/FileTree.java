package dev.assent.adapter.file;

import dev.assent.adapter.RefusedException;
import dev.assent.adapter.file.FileOperations.Kind;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The files that branches read and change, below the root, never through a link. Stateless but for its bounds. */
final class FileTree {
    private final FileOperations files;
    private final Path root;
    private final int maxFileBytes;

    FileTree(FileOperations files, Path root, int maxFileBytes) {
        this.files = files;
        this.root = root;
        this.maxFileBytes = maxFileBytes;
    }

    /**
     * The place of a path, after a look at everything on the way to it.
     *
     * @throws RefusedException if the path leaves the root by its text, leads through a link or a file, or is itself
     *     something else than a file
     */
    Path require(String path) throws IOException, RefusedException {
        RelativePath.require(path);
        Path place = root;
        List<String> names = RelativePath.names(path);
        for (int i = 0; i < names.size(); i++) {
            place = resolve(place, names.get(i));
            Kind kind = files.kind(place);
            if (kind == Kind.ABSENT) {
                Path whole = resolve(root, path);
                // Nothing can be there; but a path too long for the system fails here, and not at the commit.
                files.kind(whole);
                return whole;
            }
            if (kind != (i == names.size() - 1 ? Kind.FILE : Kind.DIRECTORY)) {
                throw new RefusedException("path '" + path + "' is not allowed: '" + root.relativize(place) + "' is "
                        + (kind == Kind.OTHER
                                ? "a link or device"
                                : "a " + kind.name().toLowerCase(Locale.ROOT)));
            }
        }
        return place;
    }

    private static Path resolve(Path place, String name) throws RefusedException {
        try {
            return place.resolve(name);
        } catch (InvalidPathException e) {
            throw new RefusedException("path '" + name + "' is not allowed here: " + e.getReason());
        }
    }

    Optional<byte[]> read(String path) throws IOException, RefusedException {
        Path place = require(path);
        if (files.kind(place) == Kind.ABSENT) {
            return Optional.empty();
        }
        try {
            return Optional.of(files.read(place, maxFileBytes));
        } catch (FileOperations.FileTooLargeException e) {
            throw new RefusedException("'" + path + "' has more than " + maxFileBytes + " bytes, the bound of a file");
        }
    }

    /** As {@link #require} for a path that was allowed at prepare: here anything in the way has to be removed by hand. */
    Path place(String path) throws IOException {
        try {
            return require(path);
        } catch (RefusedException e) {
            throw new IOException("a prepared change cannot be applied until this is mended: " + e.getMessage(), e);
        }
    }

    /** Creates the directories of these files, durably: a rename into one whose own name is lost would be lost with it. */
    void createParents(Collection<String> paths) throws IOException {
        Set<Path> holding = new LinkedHashSet<>();
        for (String path : paths) {
            Path place = root;
            List<String> names = RelativePath.names(path);
            for (String name : names.subList(0, names.size() - 1)) {
                // Forced also where it exists: a process may have died between creating and forcing.
                holding.add(place);
                place = place.resolve(name);
                files.createDirectory(place);
            }
        }
        forceAll(holding);
    }

    /** Makes what was renamed into and out of the directories of these files durable. */
    void forceParents(Collection<String> paths) throws IOException {
        Set<Path> holding = new LinkedHashSet<>();
        paths.forEach(path -> holding.add(root.resolve(path).getParent()));
        forceAll(holding);
    }

    private void forceAll(Set<Path> directories) throws IOException {
        for (Path directory : directories) {
            if (files.kind(directory) == Kind.DIRECTORY) {
                files.force(directory);
            }
        }
    }

    /** Every file below the root. */
    SortedMap<String, byte[]> all() throws IOException {
        SortedMap<String, byte[]> found = new TreeMap<>();
        List<String> names = new ArrayList<>(files.list(root));
        names.removeIf(RelativePath.OWN_DIRECTORY::equalsIgnoreCase);
        collect("", names, found);
        return found;
    }

    private void collect(String prefix, List<String> names, SortedMap<String, byte[]> found) throws IOException {
        for (String name : names) {
            Path place = root.resolve(prefix + name);
            Kind kind = files.kind(place);
            if (kind == Kind.FILE) {
                found.put(prefix + name, files.read(place, maxFileBytes));
            } else if (kind == Kind.DIRECTORY) {
                collect(prefix + name + "/", files.list(place), found);
            }
        }
    }
}
