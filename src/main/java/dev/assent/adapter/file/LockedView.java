package dev.assent.adapter.file;

import dev.assent.adapter.RefusedException;
import dev.assent.protocol.BranchId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** One branch's view of the committed files: remembers what it read and stops at what other branches hold. */
final class LockedView implements FileView {
    private final FileTree tree;
    private final Map<BranchId, Optional<Manifest>> holders;
    private final int maxFiles;
    private final TreeSet<String> reads = new TreeSet<>();
    /** The first refusal and the first error: work that catches one does not get around it. */
    private RefusedException refusal;

    private IOException error;

    LockedView(FileTree tree, Map<BranchId, Optional<Manifest>> holders, int maxFiles) {
        this.tree = tree;
        this.holders = holders;
        this.maxFiles = maxFiles;
    }

    @Override
    public Optional<byte[]> read(String path) throws IOException, RefusedException {
        try {
            RelativePath.require(path);
            requireFree(Manifest.Entry.of(Manifest.Use.READ, path));
            Optional<byte[]> content = tree.read(path);
            reads.add(path);
            return content;
        } catch (RefusedException e) {
            refusal = refusal == null ? e : refusal;
            throw e;
        } catch (IOException e) {
            error = error == null ? e : error;
            throw e;
        }
    }

    /**
     * What the branch holds from now on: its changes in their order, then what it only read.
     *
     * @throws RefusedException if something is not allowed, or belongs to another branch
     * @throws IOException if something could not be read: the work may have taken it for something else
     */
    Manifest manifest(List<FileChange> changes, int maxFileBytes) throws IOException, RefusedException {
        if (error != null) {
            throw error;
        }
        if (refusal != null) {
            throw refusal;
        }
        List<Manifest.Entry> entries = new ArrayList<>();
        for (FileChange change : changes) {
            tree.require(change.path());
            int length = change.content().map(content -> content.length).orElse(0);
            if (length > maxFileBytes) {
                throw new RefusedException("the new content of '" + change.path() + "' has " + length
                        + " bytes, more than the bound of " + maxFileBytes);
            }
            entries.add(change.content()
                    .map(content -> Manifest.Entry.write(change.path(), content))
                    .orElseGet(() -> Manifest.Entry.of(Manifest.Use.DELETE, change.path())));
            reads.remove(change.path());
        }
        requireApart(entries);
        reads.forEach(path -> entries.add(Manifest.Entry.of(Manifest.Use.READ, path)));
        if (entries.size() > maxFiles) {
            throw new RefusedException(
                    "the work touches " + entries.size() + " files, more than the bound of " + maxFiles);
        }
        for (Manifest.Entry entry : entries) {
            requireFree(entry);
        }
        return new Manifest(entries);
    }

    private static void requireApart(List<Manifest.Entry> changes) throws RefusedException {
        for (int i = 0; i < changes.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (changes.get(i).excludes(changes.get(j))) {
                    throw new RefusedException(
                            "the work changes '" + changes.get(j).path() + "' and '"
                                    + changes.get(i).path() + "', which are the same file or one inside the other");
                }
            }
        }
    }

    private void requireFree(Manifest.Entry entry) throws LockedException {
        for (Map.Entry<BranchId, Optional<Manifest>> holder : holders.entrySet()) {
            boolean excluded = holder.getValue()
                    .map(manifest -> manifest.entries().stream().anyMatch(entry::excludes))
                    // Nobody can tell what a branch with a damaged manifest holds: everything.
                    .orElse(true);
            if (excluded) {
                throw new LockedException("'" + entry.path() + "' is locked by branch " + holder.getKey()
                        + ", which is prepared and waits for its decision");
            }
        }
    }
}
