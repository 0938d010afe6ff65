package dev.assent.adapter.file;

import static dev.assent.adapter.file.Branches.payload;

import dev.assent.adapter.RefusedException;
import dev.assent.adapter.contract.ResourceLab;
import dev.assent.adapter.contract.ServerProcess;
import dev.assent.participant.Prepared;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.TransactionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files in the contract suite: one directory for all tests of a JVM. */
final class FileLab implements ResourceLab {
    private static final Logger LOG = LoggerFactory.getLogger(FileLab.class);
    private static final FileLimits LIMITS = FileLimits.STANDARD.withLockWait(Duration.ofMillis(200));
    private static final Path SEEN = Path.of("seen");

    private static FileLab shared;

    private final Path root;

    private FileLab(Path root) {
        this.root = root;
    }

    static synchronized FileLab shared() throws IOException {
        if (shared == null) {
            shared =
                    new FileLab(ServerProcess.directory("files", () -> () -> {}).toRealPath());
        }
        return shared;
    }

    /** A file for each time that a key is added, so that branches which add the same one do not lock each other out. */
    private static List<FileChange> work(BranchId branch, byte[] payload, FileView committed)
            throws IOException, RefusedException {
        List<FileChange> changes = new ArrayList<>();
        for (String line : new String(payload, StandardCharsets.UTF_8).lines().toList()) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "add" -> changes.add(FileChange.write("seen/" + words[1] + "/" + branch, payload));
                case "lock" -> changes.add(FileChange.write("locks/" + words[1], payload));
                case "read" -> LOG.trace("{}", committed.read(words[1]));
                case "fail" -> failUnnoticed(committed);
                default -> throw new RefusedException("cannot do '" + line + "'");
            }
        }
        return changes;
    }

    private static void failUnnoticed(FileView committed) throws IOException {
        try {
            LOG.debug("{}", committed.read("../outside"));
        } catch (RefusedException e) {
            // As careless code does; the adapter has to notice.
            LOG.debug("passed over", e);
        }
    }

    @Override
    public Resource open() throws IOException {
        return FileResource.open(root, FileLab::work, LIMITS).onePhase();
    }

    /** In another process. */
    public static final class Elsewhere implements ResourceOpener {
        @Override
        public Resource open(List<String> arguments, Runnable step) throws IOException {
            // Every step is one to die at.
            FileOperations files = new CrashingFiles(new LocalFiles(), 1, step);
            return new FileResource(files, Path.of(arguments.get(0)), FileLab::work, LIMITS).onePhase();
        }
    }

    @Override
    public Opener opener() {
        return new Opener(Elsewhere.class, List.of(root.toString()));
    }

    @Override
    public byte[] adding(String key) {
        return payload("add " + key);
    }

    @Override
    public int seen(String key) throws IOException {
        Path place = root.resolve(SEEN).resolve(key);
        if (Files.notExists(place)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(place)) {
            return (int) files.count();
        }
    }

    @Override
    public Optional<byte[]> refused() {
        return Optional.of(payload("add refused", "marvel at it"));
    }

    @Override
    public Optional<byte[]> reading() {
        return Optional.of(payload("read locks/x"));
    }

    @Override
    public Optional<byte[]> failingInBetween(String key) {
        return Optional.of(payload("add " + key, "fail unnoticed"));
    }

    @Override
    public Optional<byte[]> locking(String key, String first, String second) {
        return Optional.of(
                second.isEmpty()
                        ? payload("lock " + first, "add " + key)
                        : payload("lock " + first, "lock " + second, "add " + key));
    }

    @Override
    public Optional<byte[]> disconnecting(String key) {
        return Optional.empty();
    }

    /** A branch of another installation, of the oldest generation, under the name of the same participant. */
    @Override
    public Optional<Foreign> foreign() throws IOException {
        FileResource theirs = FileResource.open(root, FileLab::work, LIMITS);
        BranchId branch = new BranchId(UUID.randomUUID(), TransactionId.of(1, 1), "contract", "00000000000000ff");
        if (!theirs.prepare(branch, adding("foreign")).equals(Prepared.yes())) {
            throw new IOException("the foreign branch is not prepared");
        }
        return Optional.of(new Foreign() {
            @Override
            public boolean stillThere() throws IOException {
                return theirs.recover(branch.participant()).contains(branch) && seen("foreign") == 0;
            }

            @Override
            public void remove() throws Exception {
                theirs.rollback(branch);
            }
        });
    }

    @Override
    public Optional<Server> server() {
        return Optional.empty();
    }
}
