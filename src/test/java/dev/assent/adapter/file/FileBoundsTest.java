package dev.assent.adapter.file;

import static dev.assent.adapter.file.Branches.PARTICIPANT;
import static dev.assent.adapter.file.Branches.branch;
import static dev.assent.adapter.file.Branches.payload;
import static dev.assent.adapter.file.Branches.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.participant.HeuristicException;
import dev.assent.participant.Prepared;
import dev.assent.participant.Prepared.Answer;
import dev.assent.protocol.BranchOutcome;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What does not fit is refused before it is promised, and an end needs no more room than there is (rule 10). */
class FileBoundsTest {
    private static final FileLimits AT_ONCE = FileLimits.STANDARD.withLockWait(Duration.ZERO);

    @TempDir
    private Path temp;

    private Path root;
    private FileResource resource;

    @BeforeEach
    void openResource() throws IOException {
        root = temp.resolve("files");
        resource = FileResource.open(root, new WriteFiles(), AT_ONCE);
    }

    private void assertNothingHeld() throws IOException {
        assertEquals(List.of(), List.copyOf(resource.recover(PARTICIPANT)));
        assertEquals(List.of(), new LocalFiles().list(root.resolve(".assent/staged")));
    }

    /** Nobody could read its manifest again: neither commit it nor tell what it holds. */
    @Test
    void aManifestThatCouldNotBeReadAgainIsRefused() throws Exception {
        String longPath = String.join("/", Collections.nCopies(7, "\u6587".repeat(85)));
        FileWork reader = (branch, payload, committed) -> {
            for (int i = 0; i < 9_999; i++) {
                committed.read(longPath + "/" + i);
            }
            return List.of(FileChange.write("a", payload));
        };
        FileResource wide = FileResource.open(root, reader, new FileLimits(Duration.ZERO, 10_000, 1 << 20));
        Prepared prepared = wide.prepare(branch(1), payload("new a"));
        assertEquals(Answer.NO, prepared.answer());
        assertTrue(prepared.reason().startsWith("the manifest of the 10000 paths"), prepared.reason());
        assertNothingHeld();
        assertEquals(Prepared.yes(), resource.prepare(branch(2), payload("a=new a")));
        resource.commit(branch(2));
        assertEquals(Map.of("a", "new a"), texts(resource));
    }

    /** A file system with room for so many bytes of content. */
    private static final class SmallDisk implements FileOperations {
        private final FileOperations files = new LocalFiles();
        private final Path own;
        private final long room;

        SmallDisk(Path root, long room) {
            this.own = root.resolve(".assent");
            this.room = room;
        }

        private void requireRoom() throws IOException {
            try (Stream<Path> all = Files.walk(own)) {
                long used = all.filter(Files::isRegularFile)
                        .mapToLong(file -> file.toFile().length())
                        .sum();
                if (used >= room) {
                    throw new IOException("no space left on device");
                }
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
            if (files.kind(directory) == Kind.ABSENT) {
                requireRoom();
            }
            files.createDirectory(directory);
        }

        @Override
        public void write(Path file, byte[] content) throws IOException {
            requireRoom();
            files.write(file, content);
        }

        @Override
        public void force(Path directory) throws IOException {
            files.force(directory);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            files.move(from, to);
        }

        @Override
        public void delete(Path path) throws IOException {
            files.delete(path);
        }
    }

    @Test
    void aRollbackNeedsNoRoomThatItsOwnBranchTakes() throws Exception {
        FileResource small = new FileResource(new SmallDisk(root, 1_000), root, new WriteFiles(), AT_ONCE);
        assertThrows(IOException.class, () -> small.prepare(branch(1), payload("x=" + "x".repeat(2_000), "y=y")));
        small.rollback(branch(1));
        assertNothingHeld();
        assertEquals(Answer.NO, resource.prepare(branch(1), payload("x=late")).answer());
    }

    /** Evidence for people, not the list of everything that was promised. */
    @Test
    void theEvidenceOfDamageIsBounded() throws Exception {
        String[] instructions = IntStream.range(0, 200)
                .mapToObj(i -> "d" + "x".repeat(100) + i + "=text")
                .toArray(String[]::new);
        assertEquals(Prepared.yes(), resource.prepare(branch(1), payload(instructions)));
        Path staged = root.resolve(".assent/staged").resolve(branch(1).toString());
        for (String name : new LocalFiles().list(staged)) {
            Files.writeString(staged.resolve(name), "ruin");
        }
        HeuristicException first = assertThrows(HeuristicException.class, () -> resource.commit(branch(1)));
        HeuristicException again = assertThrows(HeuristicException.class, () -> resource.commit(branch(1)));
        assertEquals(BranchOutcome.HEURISTIC_ROLLBACK, again.outcome());
        assertEquals(first.getMessage(), again.getMessage());
        assertTrue(
                first.getMessage().length() <= 10_001, () -> first.getMessage().length() + " characters");
    }

    /** The promise could not be kept: the directories on the way are made at the commit. */
    @Test
    void aPathThatIsTooLongForTheSystemIsNotPromised() throws Exception {
        Path deep = temp;
        for (int i = 0; i < 6; i++) {
            deep = deep.resolve("d".repeat(250));
        }
        FileResource below = FileResource.open(deep, new WriteFiles(), AT_ONCE);
        String path = String.join("/", Collections.nCopies(11, "\u6587".repeat(85)));
        assertThrows(IOException.class, () -> below.prepare(branch(1), payload(path + "=text")));
        below.rollback(branch(1));
        assertEquals(List.of(), List.copyOf(below.recover(PARTICIPANT)));
    }
}
