package dev.assent.adapter.file;

import dev.assent.adapter.file.FileOperations.Kind;
import dev.assent.protocol.BranchId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Moves one prepared branch's contents to their places. Every change is one rename, and the file that it leaves or takes
 * away in the staging directory tells whether it was done: so it can be repeated from any point. To be used with the
 * directory's mutex held.
 */
final class Applier {
    /** How far one change is. */
    private enum Progress {
        PENDING,
        APPLIED,
        DAMAGED
    }

    private final FileOperations files;
    private final FileTree tree;
    private final BranchLedger ledger;
    private final BranchId branch;
    private final List<Manifest.Entry> entries;

    Applier(FileOperations files, FileTree tree, BranchLedger ledger, BranchId branch, Manifest manifest) {
        this.files = files;
        this.tree = tree;
        this.ledger = ledger;
        this.branch = branch;
        this.entries = manifest.entries();
    }

    /** Whether some change was applied already; the contents are read only where one may have been. */
    boolean begun() throws IOException {
        boolean suspect = false;
        for (int i = 0; i < entries.size(); i++) {
            suspect |= switch (entries.get(i).use()) {
                case READ -> false;
                case WRITE -> files.kind(ledger.newContent(branch, i)) == Kind.ABSENT;
                case DELETE -> files.kind(ledger.deleted(branch, i)) != Kind.ABSENT;
            };
        }
        return suspect && progress().contains(Progress.APPLIED);
    }

    private Set<Progress> progress() throws IOException {
        Set<Progress> found = EnumSet.noneOf(Progress.class);
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).use() != Manifest.Use.READ) {
                found.add(progress(i));
            }
        }
        return found;
    }

    private Progress progress(int i) throws IOException {
        Manifest.Entry entry = entries.get(i);
        if (entry.use() == Manifest.Use.DELETE) {
            return files.kind(ledger.deleted(branch, i)) == Kind.ABSENT ? Progress.PENDING : Progress.APPLIED;
        }
        Path content = ledger.newContent(branch, i);
        if (files.kind(content) == Kind.FILE) {
            return holds(content, entry) ? Progress.PENDING : Progress.DAMAGED;
        }
        Path target = tree.place(entry.path());
        return files.kind(target) == Kind.FILE && holds(target, entry) ? Progress.APPLIED : Progress.DAMAGED;
    }

    private boolean holds(Path file, Manifest.Entry entry) throws IOException {
        try {
            return entry.matches(files.read(file, Math.toIntExact(entry.length())));
        } catch (FileOperations.FileTooLargeException e) {
            return false;
        }
    }

    /** What was promised and is not there any more, by path; empty where everything can be applied. */
    Map<String, String> damage() throws IOException {
        Map<String, String> damage = new TreeMap<>();
        for (int i = 0; i < entries.size(); i++) {
            Manifest.Entry entry = entries.get(i);
            if (entry.use() == Manifest.Use.WRITE && progress(i) == Progress.DAMAGED) {
                boolean present = files.kind(ledger.newContent(branch, i)) == Kind.FILE;
                damage.put(
                        entry.path(),
                        (present ? "not the content" : "no content") + " of " + entry.length() + " bytes with SHA-256 "
                                + entry.sha256());
            }
        }
        return damage;
    }

    /** Applies what is pending and makes all of it durable. */
    void apply() throws IOException {
        List<String> written = paths(Manifest.Use.WRITE);
        for (String path : written) {
            tree.place(path);
        }
        tree.createParents(written);
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).use() != Manifest.Use.READ && progress(i) == Progress.PENDING) {
                applyOne(i, entries.get(i));
            }
        }
        List<String> changed = new ArrayList<>(written);
        changed.addAll(paths(Manifest.Use.DELETE));
        tree.forceParents(changed);
    }

    private List<String> paths(Manifest.Use use) {
        return entries.stream()
                .filter(entry -> entry.use() == use)
                .map(Manifest.Entry::path)
                .toList();
    }

    private void applyOne(int i, Manifest.Entry entry) throws IOException {
        Path target = tree.place(entry.path());
        if (entry.use() == Manifest.Use.WRITE) {
            files.move(ledger.newContent(branch, i), target);
        } else if (files.kind(target) == Kind.FILE) {
            files.move(target, ledger.deleted(branch, i));
        }
    }
}
