package dev.assent.adapter.file;

import static dev.assent.adapter.file.Branches.PARTICIPANT;
import static dev.assent.adapter.file.Branches.branch;
import static dev.assent.adapter.file.Branches.payload;
import static dev.assent.adapter.file.Branches.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.adapter.PreflightException;
import dev.assent.adapter.RefusedException;
import dev.assent.participant.HeuristicException;
import dev.assent.participant.Prepared;
import dev.assent.participant.Prepared.Answer;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A resource on the real file system: each call, repeated, late, in conflict, and on damaged or hostile directories. */
class FileResourceTest {
    private static final FileLimits AT_ONCE = FileLimits.STANDARD.withLockWait(Duration.ZERO);

    @TempDir
    private Path temp;

    private Path root;
    private FileResource resource;

    @BeforeEach
    void openResource() throws IOException {
        root = temp.resolve("data/files");
        resource = open();
        Files.writeString(root.resolve("a"), "old a");
        Files.createDirectory(root.resolve("b"));
        Files.writeString(root.resolve("b/c"), "old c");
    }

    private FileResource open() throws IOException {
        return FileResource.open(root, new WriteFiles(), AT_ONCE);
    }

    private void assertNothingHeld() throws IOException {
        assertEquals(List.of(), List.copyOf(resource.recover(PARTICIPANT)));
        for (String holding : List.of("staged", "prepared")) {
            assertEquals(
                    List.of(), new LocalFiles().list(root.resolve(".assent").resolve(holding)), holding);
        }
    }

    private String refusal(BranchId branch, String... instructions) throws IOException {
        Prepared prepared = resource.prepare(branch, payload(instructions));
        assertEquals(Answer.NO, prepared.answer());
        return prepared.reason();
    }

    private static void assertNames(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), () -> "'" + text + "' does not name " + part);
        }
    }

    private BranchOutcome outcome(HeuristicException e) {
        return e.outcome();
    }

    @Test
    void commitReplacesEveryFileAndRepeats() throws Exception {
        assertEquals(Prepared.yes(), resource.prepare(branch(1), payload("a=new a", "-b/c", "x/y=new y")));
        assertEquals(Prepared.yes(), open().prepare(branch(1), payload("a=new a", "-b/c", "x/y=new y")));
        assertEquals(Map.of("a", "old a", "b/c", "old c"), texts(resource));
        assertEquals(List.of(branch(1)), List.copyOf(resource.recover(PARTICIPANT)));

        resource.commit(branch(1));
        open().commit(branch(1));
        assertEquals(Map.of("a", "new a", "x/y", "new y"), texts(resource));
        assertEquals("new a", new String(resource.read("a").orElseThrow(), UTF_8));
        assertTrue(resource.read("b/c").isEmpty());
        assertEquals(Answer.YES, resource.prepare(branch(1), payload("a=later")).answer());
        assertEquals(Map.of("a", "new a", "x/y", "new y"), texts(resource));
        assertNothingHeld();
        HeuristicException broken = assertThrows(HeuristicException.class, () -> resource.rollback(branch(1)));
        assertEquals(BranchOutcome.HEURISTIC_COMMIT, outcome(broken));
    }

    @Test
    void rollbackLeavesNothingNotEvenForALatePrepare() throws Exception {
        assertEquals(Prepared.yes(), resource.prepare(branch(1), payload("a=new a")));
        resource.rollback(branch(1));
        open().rollback(branch(1));
        resource.rollback(branch(2));
        assertNames(refusal(branch(1), "a=late"), "rolled back");
        assertNames(refusal(branch(2), "a=late"), "rolled back");
        assertEquals(Map.of("a", "old a", "b/c", "old c"), texts(resource));
        assertNothingHeld();
        HeuristicException broken = assertThrows(HeuristicException.class, () -> resource.commit(branch(1)));
        assertEquals(BranchOutcome.HEURISTIC_ROLLBACK, outcome(broken));
        assertNothingHeld();
    }

    @Test
    void nothingIsKnownOfALostBranch() {
        HeuristicException broken = assertThrows(HeuristicException.class, () -> resource.commit(branch(1)));
        assertEquals(BranchOutcome.HEURISTIC_HAZARD, outcome(broken));
        assertNames(broken.getMessage(), branch(1).toString(), "lost");
    }

    @Test
    void aLockedPathIsRefusedWithItsHolder() throws Exception {
        assertEquals(Prepared.yes(), resource.prepare(branch(1), payload("a=1", "?b/c=old c", "d/e=1")));
        for (String other : List.of("a=2", "-a", "?a=old a", "b/c=2", "d=2", "d/e/f=2", "!d/e")) {
            assertNames(refusal(branch(2), other), "locked", branch(1).toString());
        }
        // Two readers of one file do not disturb each other.
        assertEquals(Prepared.yes(), resource.prepare(branch(3), payload("?b/c=old c", "f=3")));
        resource.commit(branch(1));
        assertNames(refusal(branch(4), "b/c=4"), branch(3).toString());
        resource.rollback(branch(3));
        assertEquals(Prepared.yes(), resource.prepare(branch(4), payload("a=2", "b/c=2")));
        resource.commit(branch(4));
        assertEquals(Map.of("a", "2", "b/c", "2", "d/e", "1"), texts(resource));
    }

    @Test
    void workThatSwallowsARefusalIsStillRefused() throws Exception {
        assertEquals(Prepared.yes(), resource.prepare(branch(1), payload("a=1")));
        FileWork careless = (branch, payload, committed) -> {
            try {
                committed.read("a");
            } catch (RefusedException e) {
                return List.of(FileChange.write("z", e.getMessage().getBytes(UTF_8)));
            }
            return List.of();
        };
        Prepared prepared = FileResource.open(root, careless, AT_ONCE).prepare(branch(2), payload());
        assertEquals(Answer.NO, prepared.answer());
        assertNothingOf(branch(2));
    }

    /** What could not be read is unknown, not absent: nothing may be promised on it. */
    @Test
    void workThatSwallowsAnErrorIsNotPromised() throws Exception {
        LocalFiles real = new LocalFiles();
        FileOperations failing = (FileOperations) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {FileOperations.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("read") && ((Path) arguments[0]).endsWith("a")) {
                        throw new IOException("input/output error");
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        FileWork careless = (branch, payload, committed) -> {
            try {
                committed.read("a");
            } catch (IOException e) {
                return List.of(FileChange.write("z", payload));
            }
            return List.of();
        };
        FileResource broken = new FileResource(failing, root.toRealPath(), careless, AT_ONCE);
        IOException unknown = assertThrows(IOException.class, () -> broken.prepare(branch(1), payload("z")));
        assertNames(unknown.getMessage(), "input/output error");
        assertNothingOf(branch(1));
    }

    private void assertNothingOf(BranchId branch) throws IOException {
        assertFalse(resource.recover(PARTICIPANT).contains(branch));
        assertFalse(Files.exists(root.resolve(".assent/staged/" + branch)));
    }

    @Test
    void refusalLeavesNothingAndNoChangeIsReadOnly() throws Exception {
        assertNames(refusal(branch(1), "a=new", "?b/c=something"), "b/c", "something else");
        assertNames(refusal(branch(2), "!a"), "exists");
        assertNames(refusal(branch(3)), "no instruction");
        assertNames(refusal(branch(4), "a=1", "a=2"), "the same file");
        assertEquals(Prepared.readOnly(), resource.prepare(branch(5), payload("?a=old a")));
        assertNothingHeld();
        assertEquals(Map.of("a", "old a", "b/c", "old c"), texts(resource));
    }

    @Test
    void whatIsNoBranchIsLeftOut() throws Exception {
        assertEquals(Prepared.yes(), resource.prepare(branch(1), payload("b/c=1")));
        Files.writeString(root.resolve(".assent/prepared/readme"), "not a branch");
        assertEquals(List.of(branch(1)), List.copyOf(resource.recover(PARTICIPANT)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/x",
                "../x",
                "b/../../x",
                "b/./c",
                "b//c",
                "",
                ".",
                "..",
                ".assent/identity",
                ".ASSENT/x",
                "b/",
                "link/x",
                "link",
                "dangling",
                "a/x",
                "b",
                "back\\slash",
                "nul\0",
                "tab\t",
                "b/link/x"
            })
    void pathsStayInTheDirectory(String path) throws Exception {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.createSymbolicLink(root.resolve("link"), outside);
        Files.createSymbolicLink(root.resolve("b/link"), outside);
        Files.createSymbolicLink(root.resolve("dangling"), temp.resolve("nowhere"));
        for (FileChange change : List.of(FileChange.write(path, payload("x")), FileChange.delete(path))) {
            FileResource hostile = FileResource.open(root, (branch, payload, committed) -> List.of(change), AT_ONCE);
            Prepared prepared = hostile.prepare(branch(1), payload());
            assertEquals(Answer.NO, prepared.answer());
            assertNames(prepared.reason(), "not allowed");
        }
        FileWork reading = (branch, payload, committed) -> {
            committed.read(path);
            return List.of();
        };
        assertEquals(
                Answer.NO,
                FileResource.open(root, reading, AT_ONCE)
                        .prepare(branch(1), payload())
                        .answer());
        assertNothingHeld();
        assertEquals(List.of(), new LocalFiles().list(outside));
    }

    @Test
    void aLinkPutInTheWayAfterPrepareIsNotFollowed() throws Exception {
        assertEquals(Prepared.yes(), resource.prepare(branch(1), payload("b/c=new c")));
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.move(root.resolve("b"), root.resolve("was-b"));
        Files.createSymbolicLink(root.resolve("b"), outside);
        IOException unknown = assertThrows(IOException.class, () -> resource.commit(branch(1)));
        assertNames(unknown.getMessage(), "link");
        Files.delete(root.resolve("b"));
        Files.move(root.resolve("was-b"), root.resolve("b"));
        resource.commit(branch(1));
        assertEquals("new c", Files.readString(root.resolve("b/c")));
        assertEquals(List.of(), new LocalFiles().list(outside));
    }

    @Test
    void boundsAreNamed() throws Exception {
        FileResource small = FileResource.open(root, new WriteFiles(), new FileLimits(Duration.ZERO, 2, 8));
        assertEquals(Prepared.yes(), small.prepare(branch(1), payload("x=12345678")));
        assertNames(small.prepare(branch(2), payload("y=123456789")).reason(), "9 bytes", "bound of 8");
        assertNames(small.prepare(branch(3), payload("r=1", "s=2", "t=3")).reason(), "3 files", "bound of 2");
        Files.writeString(root.resolve("large"), "123456789");
        assertNames(small.prepare(branch(4), payload("?large=1")).reason(), "more than 8 bytes");
    }

    @Test
    void damagedContentIsReportedAndReleasesItsLocks() throws Exception {
        assertEquals(Prepared.yes(), resource.prepare(branch(1), payload("a=new a", "z=new z")));
        Files.writeString(root.resolve(".assent/staged/" + branch(1) + "/1.new"), "NEW Z");
        for (int i = 0; i < 2; i++) {
            HeuristicException broken = assertThrows(HeuristicException.class, () -> resource.commit(branch(1)));
            assertEquals(BranchOutcome.HEURISTIC_ROLLBACK, outcome(broken));
            assertNames(broken.getMessage(), "z=not the content of 5 bytes");
        }
        assertEquals(Map.of("a", "old a", "b/c", "old c"), texts(resource));
        assertEquals(List.of(), List.copyOf(resource.recover(PARTICIPANT)));
        assertEquals(Prepared.yes(), resource.prepare(branch(2), payload("a=2", "z=2")));
        resource.rollback(branch(1));
        assertNames(refusal(branch(1), "q=1"), "damaged");
    }

    @Test
    void damageAfterAPartWasAppliedIsMixed() throws Exception {
        assertEquals(Prepared.yes(), resource.prepare(branch(1), payload("a=new a", "z=new z")));
        Files.move(root.resolve(".assent/staged/" + branch(1) + "/0.new"), root.resolve("a"), replacing());
        Files.delete(root.resolve(".assent/staged/" + branch(1) + "/1.new"));
        HeuristicException broken = assertThrows(HeuristicException.class, () -> resource.commit(branch(1)));
        assertEquals(BranchOutcome.HEURISTIC_MIXED, outcome(broken));
        assertNames(broken.getMessage(), "z=no content");
        assertEquals(
                BranchOutcome.HEURISTIC_MIXED,
                outcome(assertThrows(HeuristicException.class, () -> open().rollback(branch(1)))));
    }

    @Test
    void aDamagedManifestLocksEverythingUntilItsBranchEnds() throws Exception {
        assertEquals(Prepared.yes(), resource.prepare(branch(1), payload("a=new a")));
        Path manifest = root.resolve(".assent/prepared/" + branch(1));
        Files.writeString(manifest, Files.readString(manifest).replace(" a\n", " b\n"));
        assertNames(refusal(branch(2), "unrelated=2"), branch(1).toString());
        HeuristicException broken = assertThrows(HeuristicException.class, () -> resource.commit(branch(1)));
        assertEquals(BranchOutcome.HEURISTIC_HAZARD, outcome(broken));
        assertEquals(Prepared.yes(), resource.prepare(branch(2), payload("unrelated=2")));
    }

    @Test
    void whatACrashHalfAppliedIsFinishedBeforeAnybodyReadsIt() throws Exception {
        assertEquals(Prepared.yes(), resource.prepare(branch(1), payload("a=new a", "-b/c", "z=new z")));
        Files.move(root.resolve(".assent/staged/" + branch(1) + "/0.new"), root.resolve("a"), replacing());
        assertEquals("new z", new String(open().read("z").orElseThrow(), UTF_8));
        assertEquals(Map.of("a", "new a", "z", "new z"), texts(open()));
        assertNothingHeld();
        resource.commit(branch(1));
    }

    private static CopyOption replacing() {
        return StandardCopyOption.REPLACE_EXISTING;
    }

    @Test
    void identityStaysWithTheDirectory() throws Exception {
        assertEquals("file", resource.kind());
        assertTrue(resource.identity().matches("file:[0-9a-f-]{36}"));
        assertEquals(resource.identity(), open().identity());
        Path moved = temp.resolve("moved");
        Files.move(root, moved);
        assertEquals(
                resource.identity(), FileResource.open(moved, new WriteFiles()).identity());
        assertNotEquals(resource.identity(), open().identity());
        IOException replaced = assertThrows(IOException.class, () -> resource.prepare(branch(1), payload("a=1")));
        assertNames(replaced.getMessage(), "not the directory any more");
    }

    @Test
    void aDirectoryThatCannotBeUsedIsNamed() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "in the way");
        PreflightException below = assertThrows(
                PreflightException.class, () -> FileResource.open(file.resolve("below"), new WriteFiles()));
        assertNames(below.getMessage(), "directory " + file.resolve("below"), "cannot be used", "may write");
        assertEquals(1, below.getMessage().lines().count());
        Files.createSymbolicLink(temp.resolve("loop"), temp.resolve("loop"));
        PreflightException loop = assertThrows(
                PreflightException.class, () -> FileResource.open(temp.resolve("loop/x"), new WriteFiles()));
        assertNames(loop.getMessage(), "cannot be used");
    }

    @Test
    void aLostIdentityIsNotReplaced() throws Exception {
        assertEquals(Prepared.yes(), resource.prepare(branch(1), payload("a=new a")));
        Files.delete(root.resolve(".assent/identity"));
        assertThrows(IOException.class, () -> resource.commit(branch(1)));
        assertNames(assertThrows(IOException.class, this::open).getMessage(), "identity is missing");
    }

    @Test
    void evidenceGoesWithItsGenerationAlone() throws Exception {
        for (int generation = 1; generation <= 3; generation++) {
            resource.prepare(branch(generation, 1), payload("g" + generation + "=x"));
            resource.commit(branch(generation, 1));
            resource.rollback(branch(generation, 2));
        }
        assertEquals(Prepared.yes(), resource.prepare(branch(1, 3), payload("held=x")));
        resource.forgetBefore(UUID.randomUUID(), 9);
        resource.forgetBefore(Branches.INSTALLATION, 3);
        resource.forgetBefore(Branches.INSTALLATION, 2);
        for (String end : List.of("committed", "rolled-back")) {
            assertEquals(
                    1,
                    new LocalFiles().list(root.resolve(".assent").resolve(end)).size(),
                    end);
        }
        // Of generations that are gone: no prepare any more, and a late commit or rollback is harmless.
        assertNames(refusal(branch(2, 4), "late=x"), "generation");
        resource.commit(branch(2, 1));
        resource.rollback(branch(2, 2));
        resource.rollback(branch(2, 1));
        // What is still held ends as decided, and generation 3 is untouched.
        assertEquals(List.of(branch(1, 3)), List.copyOf(resource.recover(PARTICIPANT)));
        resource.commit(branch(1, 3));
        resource.commit(branch(3, 1));
        assertNames(refusal(branch(3, 2), "late=x"), "rolled back");
        assertThrows(HeuristicException.class, () -> resource.commit(branch(3, 9)));
    }

    @Test
    void limitsRefuseNonsense() {
        assertThrows(IllegalArgumentException.class, () -> FileLimits.STANDARD.withLockWait(Duration.ofHours(1)));
        assertThrows(IllegalArgumentException.class, () -> FileLimits.STANDARD.withLockWait(Duration.ofMillis(-1)));
        assertThrows(IllegalArgumentException.class, () -> new FileLimits(Duration.ZERO, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new FileLimits(Duration.ZERO, 1, 0));
    }
}
