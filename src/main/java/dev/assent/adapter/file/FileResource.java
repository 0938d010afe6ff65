package dev.assent.adapter.file;

import dev.assent.adapter.PreflightException;
import dev.assent.adapter.RefusedException;
import dev.assent.participant.HeuristicException;
import dev.assent.participant.OnePhaseResource;
import dev.assent.participant.Prepared;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * Replaces a set of files below one directory together, or none of them, whatever crashes.
 *
 * <p>A branch is prepared by one rename, once its new contents and the list of its paths are durable under
 * {@code .assent} in the directory; from then to its end these paths are locked: no other branch reads what it changes
 * or changes what it reads. A branch that meets a lock waits a bounded time, holding none, and then votes NO with the
 * holder's name. Commit renames each new content over its file, makes that durable, and keeps a marker as its evidence;
 * rollback keeps one too, so that a late prepare finds it. Markers go with {@link #forgetBefore}, never earlier.
 *
 * <p>Readers: {@link #snapshot()} and {@link #read} show a set of files either wholly before or wholly after a branch.
 * Programs that open the files themselves see each file whole, but may see several files of one branch change one by
 * one. Nothing may change the files but branches: what others write is not locked and may be replaced.
 *
 * <p>Any number of processes of one machine may share a directory, at each moment one works on it (a lock of the
 * operating system, which ends with its process); within a process, through one class loader. The file system must be
 * local and POSIX, tell upper from lower case, rename atomically, and keep what {@code fsync} confirmed. Errors of
 * {@code fsync} and of any other call surface as {@link IOException}: the result is unknown, and the call is to be
 * repeated. Thread-safe.
 */
public final class FileResource implements Resource {
    private static final int MAX_IDENTITY_BYTES = 200;
    private static final long POLL_NANOS = 10_000_000;

    private final FileOperations files;
    private final Path root;
    private final Path own;
    private final FileWork work;
    private final FileLimits limits;
    private final FileTree tree;
    private final BranchLedger ledger;
    private final String identity;

    FileResource(FileOperations files, Path root, FileWork work, FileLimits limits) throws IOException {
        this.files = files;
        this.root = root;
        this.own = root.resolve(RelativePath.OWN_DIRECTORY);
        this.work = work;
        this.limits = limits;
        this.tree = new FileTree(files, root, limits.maxFileBytes());
        this.ledger = new BranchLedger(files, own);
        files.createDirectory(own);
        this.identity = locked(() -> {
            ledger.createDirectories();
            String found = files.kind(identityFile()) == FileOperations.Kind.FILE ? readIdentity() : newIdentity();
            files.force(own);
            files.force(root);
            return found;
        });
    }

    /**
     * The resource of the directory {@code root}, which is created if it is not there.
     *
     * @throws PreflightException if it cannot be created, read or written, or is not what it was
     */
    public static FileResource open(Path root, FileWork work, FileLimits limits) throws PreflightException {
        try {
            return create(root, work, limits);
        } catch (PreflightException e) {
            throw e;
        } catch (FileSystemException e) {
            String why = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
            throw new PreflightException(
                    "directory " + root + " cannot be used: " + why + " at " + e.getFile()
                            + "; see that it is a directory of a local file system that this user may write",
                    e);
        } catch (IOException e) {
            throw new PreflightException(
                    "directory " + root + " cannot be used: " + e.getMessage()
                            + "; see that it is whole and on a local file system",
                    e);
        }
    }

    private static FileResource create(Path root, FileWork work, FileLimits limits) throws IOException {
        FileOperations files = new LocalFiles();
        List<Path> created = new ArrayList<>();
        for (Path place = root.toAbsolutePath(); place != null && Files.notExists(place); place = place.getParent()) {
            created.add(place);
        }
        Files.createDirectories(root);
        for (Path place : created) {
            files.force(place.getParent());
        }
        return new FileResource(files, root.toRealPath(), work, limits);
    }

    /** As {@link #open(Path, FileWork, FileLimits)} with {@link FileLimits#STANDARD}. */
    public static FileResource open(Path root, FileWork work) throws PreflightException {
        return open(root, work, FileLimits.STANDARD);
    }

    private Path identityFile() {
        return own.resolve("identity");
    }

    private String readIdentity() throws IOException {
        return new String(files.read(identityFile(), MAX_IDENTITY_BYTES), StandardCharsets.UTF_8).strip();
    }

    private String newIdentity() throws IOException {
        if (!ledger.empty()) {
            throw new PreflightException(List.of(identityFile() + " is missing although " + own
                    + " knows branches: restore it, for by it other processes and the votes name this directory"));
        }
        String fresh = UUID.randomUUID().toString();
        Path next = own.resolve("identity.next");
        files.write(next, (fresh + "\n").getBytes(StandardCharsets.UTF_8));
        files.move(next, identityFile());
        return fresh;
    }

    @Override
    public String kind() {
        return "file";
    }

    /** {@code file:} and a UUID that lies in the directory, so that a moved directory is the same and an empty one is not. */
    @Override
    public String identity() {
        return "file:" + identity;
    }

    /** This resource with one-phase commit for transactions of which it is the only participant. */
    public OnePhaseResource onePhase() {
        return new OnePhaseFiles(this);
    }

    @Override
    public Prepared prepare(BranchId branch, byte[] payload) throws IOException {
        return prepare(branch, payload, false);
    }

    /** As {@link #prepare}, also where there is nothing to change: the commit that follows leaves its marker. */
    Prepared prepareWithMarker(BranchId branch, byte[] payload) throws IOException {
        return prepare(branch, payload, true);
    }

    private Prepared prepare(BranchId branch, byte[] payload, boolean always) throws IOException {
        long start = System.nanoTime();
        while (true) {
            try {
                return exclusively(() -> prepareNow(branch, payload, always));
            } catch (LockedException e) {
                if (System.nanoTime() - start >= limits.lockWait().toNanos()) {
                    return Prepared.no(e.getMessage());
                }
                // Nothing is held while waiting: no deadlock among branches of one directory.
                LockSupport.parkNanos(POLL_NANOS);
                if (Thread.interrupted()) {
                    throw new IOException("interrupted while waiting for a lock: " + e.getMessage(), e);
                }
            } catch (RefusedException e) {
                return Prepared.no(e.getMessage());
            }
        }
    }

    private Prepared prepareNow(BranchId branch, byte[] payload, boolean always) throws IOException, RefusedException {
        switch (ledger.standing(branch)) {
            case PREPARED, COMMITTED -> {
                ledger.confirmPrepared();
                return Prepared.yes();
            }
            case ROLLED_BACK -> throw new RefusedException("branch " + branch + " was rolled back before");
            case DAMAGED -> throw new RefusedException("branch " + branch + " is damaged");
            case FORGOTTEN -> throw new RefusedException("branch " + branch + " is of a generation that is gone");
            case UNKNOWN -> ledger.discardStaged(branch);
        }
        LockedView view = new LockedView(tree, ledger.holders(), limits.maxFiles());
        List<FileChange> changes = List.copyOf(work.changes(branch, payload, view));
        Manifest manifest = view.manifest(changes, limits.maxFileBytes());
        if (changes.isEmpty() && !always) {
            return Prepared.readOnly();
        }
        ledger.prepare(branch, manifest, changes);
        return Prepared.yes();
    }

    @Override
    public void commit(BranchId branch) throws IOException, HeuristicException {
        HeuristicException broken = exclusively(() -> switch (ledger.standing(branch)) {
            case PREPARED -> finish(branch);
            case COMMITTED -> {
                ledger.settle(branch, BranchLedger.Standing.COMMITTED);
                yield null;
            }
            case ROLLED_BACK ->
                new HeuristicException(BranchOutcome.HEURISTIC_ROLLBACK, "branch " + branch + " was rolled back here");
            case DAMAGED -> ledger.damage(branch);
            // Its record is gone, and went only after the acknowledgement that it was applied here (rule 4).
            case FORGOTTEN -> null;
            case UNKNOWN ->
                new HeuristicException(
                        BranchOutcome.HEURISTIC_HAZARD,
                        "branch " + branch + " is lost: neither prepared nor ended here, although evidence of both is"
                                + " kept");
        });
        if (broken != null) {
            throw broken;
        }
    }

    @Override
    public void rollback(BranchId branch) throws IOException, HeuristicException {
        HeuristicException broken = exclusively(() -> switch (ledger.standing(branch)) {
            case PREPARED -> rollbackPrepared(branch);
            case COMMITTED -> {
                ledger.settle(branch, BranchLedger.Standing.COMMITTED);
                yield committedAlready(branch);
            }
            case DAMAGED -> {
                HeuristicException damage = ledger.damage(branch);
                yield damage.outcome() == BranchOutcome.HEURISTIC_ROLLBACK ? null : damage;
            }
            case ROLLED_BACK -> {
                ledger.settle(branch, BranchLedger.Standing.ROLLED_BACK);
                yield null;
            }
            case FORGOTTEN -> {
                ledger.discardStaged(branch);
                yield null;
            }
            case UNKNOWN -> {
                ledger.rollBack(branch);
                yield null;
            }
        });
        if (broken != null) {
            throw broken;
        }
    }

    private HeuristicException rollbackPrepared(BranchId branch) throws IOException {
        if (begun(branch)) {
            HeuristicException damage = finish(branch);
            return damage == null ? committedAlready(branch) : damage;
        }
        ledger.rollBack(branch);
        return null;
    }

    private static HeuristicException committedAlready(BranchId branch) {
        return new HeuristicException(BranchOutcome.HEURISTIC_COMMIT, "branch " + branch + " was committed here");
    }

    @Override
    public Collection<BranchId> recover(String participant) throws IOException {
        return exclusively(() -> ledger.held(participant));
    }

    @Override
    public void forgetBefore(UUID installation, long generation) throws IOException {
        exclusively(() -> {
            ledger.forgetBefore(installation, generation);
            return null;
        });
    }

    /**
     * The content of one file, empty where there is none.
     *
     * @throws RefusedException if the path is not allowed or the file is larger than the resource's bound
     */
    public Optional<byte[]> read(String path) throws IOException, RefusedException {
        return exclusively(() -> {
            finishBegun();
            return tree.read(path);
        });
    }

    /** Every file below the root by its relative path, all of one moment: each branch's changes are all in it or none. */
    public SortedMap<String, byte[]> snapshot() throws IOException {
        return exclusively(() -> {
            finishBegun();
            return tree.all();
        });
    }

    /** What a crashed process began to apply was decided COMMIT: nobody may read the half of it. */
    private void finishBegun() throws IOException {
        for (BranchId branch : ledger.holders().keySet()) {
            if (begun(branch)) {
                HeuristicException damage = finish(branch);
                if (damage != null) {
                    throw new IOException("branch " + branch + " is applied in part: " + damage.getMessage(), damage);
                }
            }
        }
    }

    private boolean begun(BranchId branch) throws IOException {
        Optional<Manifest> manifest = ledger.manifest(branch);
        return manifest.isPresent() && applier(branch, manifest.get()).begun();
    }

    private Applier applier(BranchId branch, Manifest manifest) {
        return new Applier(files, tree, ledger, branch, manifest);
    }

    /** Applies a prepared branch; returns what makes that impossible. */
    private HeuristicException finish(BranchId branch) throws IOException {
        Optional<Manifest> manifest = ledger.manifest(branch);
        if (manifest.isEmpty()) {
            return ledger.damage(
                    branch, BranchOutcome.HEURISTIC_HAZARD, "branch " + branch + ": its manifest is damaged");
        }
        Applier applier = applier(branch, manifest.get());
        Map<String, String> damage = applier.damage();
        if (!damage.isEmpty()) {
            return ledger.damage(
                    branch,
                    applier.begun() ? BranchOutcome.HEURISTIC_MIXED : BranchOutcome.HEURISTIC_ROLLBACK,
                    "branch " + branch + ": prepared contents are damaged: " + damage);
        }
        applier.apply();
        ledger.commit(branch);
        return null;
    }

    private interface Step<T, X extends Exception> {
        T take() throws IOException, X;
    }

    private <T, X extends Exception> T exclusively(Step<T, X> step) throws IOException, X {
        return locked(() -> {
            if (!readIdentity().equals(identity)) {
                throw new IOException(root + " is not the directory any more that was opened: its identity was "
                        + identity + " and is " + readIdentity());
            }
            return step.take();
        });
    }

    /** The one at work in this directory: so every step sees only whole steps of others, or what a crash left of one. */
    private <T, X extends Exception> T locked(Step<T, X> step) throws IOException, X {
        Closeable mutex = files.lock(root, own.resolve("mutex"));
        try {
            return step.take();
        } finally {
            mutex.close();
        }
    }
}
