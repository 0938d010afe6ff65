package dev.assent.adapter.file;

import dev.assent.adapter.RefusedException;
import dev.assent.adapter.file.FileOperations.Kind;
import dev.assent.participant.HeuristicException;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What {@code .assent} says about branches. Where a branch stands is which directory holds the file named after it, and
 * each step is one rename, so that a crash leaves the step done or not done:
 *
 * <ul>
 *   <li>{@code prepared/}: its {@link Manifest}; its paths are locked;
 *   <li>{@code committed/}: the manifest again, now the evidence that its changes are durable (rule 4);
 *   <li>{@code rolled-back/}: nothing of it was or will be applied, not even by a late prepare;
 *   <li>{@code damaged/}: what it promised cannot be kept, and why (rule 11);
 *   <li>{@code staged/<branch>/}: its new contents by number, and while it commits the files that it deleted.
 * </ul>
 *
 * <p>{@code horizon/<installation>} holds the generation before which nothing is kept. To be used with the directory's
 * mutex held; not thread-safe.
 */
final class BranchLedger {
    /** Where a branch stands. */
    enum Standing {
        /** Nothing is known of it, and it would be if it had been prepared. */
        UNKNOWN,
        PREPARED,
        COMMITTED,
        ROLLED_BACK,
        DAMAGED,
        /** Of a generation whose evidence is not kept any more. */
        FORGOTTEN
    }

    private static final int MAX_LEDGER_BYTES = 16 << 20;
    private static final String MANIFEST = "manifest";
    private static final String DAMAGE = "damage";
    private static final int MAX_EVIDENCE = 10_000;

    private final FileOperations files;
    private final Path staged;
    private final Path prepared;
    private final Path committed;
    private final Path rolledBack;
    private final Path damaged;
    private final Path horizon;

    BranchLedger(FileOperations files, Path own) {
        this.files = files;
        this.staged = own.resolve("staged");
        this.prepared = own.resolve("prepared");
        this.committed = own.resolve("committed");
        this.rolledBack = own.resolve("rolled-back");
        this.damaged = own.resolve("damaged");
        this.horizon = own.resolve("horizon");
    }

    void createDirectories() throws IOException {
        for (Path directory : List.of(staged, prepared, committed, rolledBack, damaged, horizon)) {
            files.createDirectory(directory);
        }
    }

    /** Whether there never was a branch, or all are forgotten. */
    boolean empty() throws IOException {
        for (Path directory : List.of(staged, prepared, committed, rolledBack, damaged, horizon)) {
            if (!files.list(directory).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** An end that is written down counts before an entry in {@code prepared/}. */
    Standing standing(BranchId branch) throws IOException {
        String name = branch.toString();
        if (isFile(committed.resolve(name))) {
            return Standing.COMMITTED;
        }
        if (isFile(rolledBack.resolve(name))) {
            return Standing.ROLLED_BACK;
        }
        if (isFile(damaged.resolve(name))) {
            return Standing.DAMAGED;
        }
        if (isFile(prepared.resolve(name))) {
            return Standing.PREPARED;
        }
        return branch.transaction().generation() < horizon(branch.installation())
                ? Standing.FORGOTTEN
                : Standing.UNKNOWN;
    }

    /** Takes away what an earlier prepare of the branch left before it was prepared. */
    void discardStaged(BranchId branch) throws IOException {
        Path directory = staged.resolve(branch.toString());
        if (files.kind(directory) == Kind.DIRECTORY) {
            for (String name : files.list(directory)) {
                files.delete(directory.resolve(name));
            }
            files.delete(directory);
        }
    }

    /** Everything that {@code prepared} will need is durable before the rename that makes the branch prepared. */
    void prepare(BranchId branch, Manifest manifest, List<FileChange> changes) throws IOException, RefusedException {
        byte[] encoded = manifest.encode();
        if (encoded.length > MAX_LEDGER_BYTES) {
            throw new RefusedException(
                    "the manifest of the " + manifest.entries().size() + " paths that the work touches has "
                            + encoded.length + " bytes, more than the bound of " + MAX_LEDGER_BYTES
                            + ": touch fewer files, or use shorter paths");
        }
        Path directory = staged.resolve(branch.toString());
        files.createDirectory(directory);
        for (int i = 0; i < manifest.entries().size(); i++) {
            if (manifest.entries().get(i).use() == Manifest.Use.WRITE) {
                files.write(
                        directory.resolve(newContent(i)),
                        changes.get(i).content().orElseThrow());
            }
        }
        files.write(directory.resolve(MANIFEST), encoded);
        files.force(directory);
        files.force(staged);
        files.move(directory.resolve(MANIFEST), prepared.resolve(branch.toString()));
        files.force(prepared);
    }

    /** A rename may be visible and not yet durable: an answer that relies on one forces it again. */
    void confirmPrepared() throws IOException {
        files.force(prepared);
    }

    /** Every branch that holds locks, with its manifest, or with nothing where that cannot be read. */
    Map<BranchId, Optional<Manifest>> holders() throws IOException {
        Map<BranchId, Optional<Manifest>> holders = new LinkedHashMap<>();
        for (BranchId branch : branches(prepared)) {
            if (standing(branch) == Standing.PREPARED) {
                holders.put(branch, manifest(branch));
            }
        }
        return holders;
    }

    /** What a prepared branch holds, or nothing where its manifest is damaged. */
    Optional<Manifest> manifest(BranchId branch) throws IOException {
        byte[] data = files.read(prepared.resolve(branch.toString()), MAX_LEDGER_BYTES);
        try {
            return Optional.of(Manifest.decode(data));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    Path newContent(BranchId branch, int entry) {
        return staged.resolve(branch.toString()).resolve(newContent(entry));
    }

    /** Where the file goes that entry {@code entry} deletes: there it tells that the deletion was done. */
    Path deleted(BranchId branch, int entry) {
        return staged.resolve(branch.toString()).resolve(entry + ".deleted");
    }

    private static String newContent(int entry) {
        return entry + ".new";
    }

    void commit(BranchId branch) throws IOException {
        files.move(prepared.resolve(branch.toString()), committed.resolve(branch.toString()));
        settle(branch, committed);
    }

    void rollBack(BranchId branch) throws IOException {
        if (isFile(prepared.resolve(branch.toString()))) {
            files.move(prepared.resolve(branch.toString()), rolledBack.resolve(branch.toString()));
        } else {
            // First: on a full disk the marker may need the room that a failed prepare takes.
            discardStaged(branch);
            files.write(rolledBack.resolve(branch.toString()), new byte[0]);
        }
        settle(branch, rolledBack);
    }

    /** Ends a branch whose promise cannot be kept: its locks go, what is left of its contents stays for an operator. */
    HeuristicException damage(BranchId branch, BranchOutcome outcome, String all) throws IOException {
        String evidence = all.length() <= MAX_EVIDENCE ? all : all.substring(0, MAX_EVIDENCE) + "…";
        Path directory = staged.resolve(branch.toString());
        files.createDirectory(directory);
        files.write(directory.resolve(DAMAGE), (outcome + " " + evidence).getBytes(StandardCharsets.UTF_8));
        files.move(directory.resolve(DAMAGE), damaged.resolve(branch.toString()));
        files.force(damaged);
        // Should it come back after a loss of power: the entry in damaged/ counts.
        files.delete(prepared.resolve(branch.toString()));
        return new HeuristicException(outcome, evidence);
    }

    /** What was found when the branch was ended so. */
    HeuristicException damage(BranchId branch) throws IOException {
        files.force(damaged);
        files.delete(prepared.resolve(branch.toString()));
        String text =
                new String(files.read(damaged.resolve(branch.toString()), MAX_LEDGER_BYTES), StandardCharsets.UTF_8);
        String[] words = text.split(" ", 2);
        return new HeuristicException(BranchOutcome.valueOf(words[0]), words.length == 2 ? words[1] : "");
    }

    /** Makes an end durable once more and removes what a crash left of the branch. */
    void settle(BranchId branch, Standing end) throws IOException {
        settle(branch, end == Standing.COMMITTED ? committed : rolledBack);
    }

    private void settle(BranchId branch, Path end) throws IOException {
        files.force(end);
        discardStaged(branch);
    }

    /** Every branch of {@code participant} that holds locks or contents; remains of ended ones are removed instead. */
    List<BranchId> held(String participant) throws IOException {
        TreeSet<BranchId> named = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
        named.addAll(branches(prepared));
        named.addAll(branches(staged));
        List<BranchId> held = new ArrayList<>();
        for (BranchId branch : named) {
            if (!branch.participant().equals(participant)) {
                continue;
            }
            switch (standing(branch)) {
                case COMMITTED -> settle(branch, committed);
                case ROLLED_BACK -> settle(branch, rolledBack);
                case DAMAGED -> files.delete(prepared.resolve(branch.toString()));
                // Not prepared, or it would stand so: remains that nobody can ask for.
                case FORGOTTEN -> discardStaged(branch);
                default -> held.add(branch);
            }
        }
        return held;
    }

    /** Forgets how branches of generations before {@code generation} ended; the horizon is durable first. */
    void forgetBefore(UUID installation, long generation) throws IOException {
        if (generation <= horizon(installation)) {
            return;
        }
        Path next = horizon.resolve(installation + ".next");
        files.write(next, Long.toString(generation).getBytes(StandardCharsets.UTF_8));
        files.move(next, horizon.resolve(installation.toString()));
        files.force(horizon);
        for (Path end : List.of(committed, rolledBack)) {
            for (BranchId branch : branches(end)) {
                if (branch.installation().equals(installation)
                        && branch.transaction().generation() < generation) {
                    discardStaged(branch);
                    files.delete(end.resolve(branch.toString()));
                }
            }
        }
    }

    private long horizon(UUID installation) throws IOException {
        Path file = horizon.resolve(installation.toString());
        if (!isFile(file)) {
            return 0;
        }
        String text = new String(files.read(file, 20), StandardCharsets.UTF_8);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException(file + " holds no generation but '" + text + "'", e);
        }
    }

    private List<BranchId> branches(Path directory) throws IOException {
        return files.list(directory).stream()
                .flatMap(name -> BranchId.tryParse(name).stream())
                .toList();
    }

    private boolean isFile(Path path) throws IOException {
        return files.kind(path) == Kind.FILE;
    }
}
