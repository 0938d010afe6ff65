package dev.assent.adapter.file;

import static dev.assent.adapter.file.Branches.PARTICIPANT;
import static dev.assent.adapter.file.Branches.branch;
import static dev.assent.adapter.file.Branches.payload;
import static dev.assent.adapter.file.Branches.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.participant.HeuristicException;
import dev.assent.participant.OnePhaseResource;
import dev.assent.participant.OnePhaseResource.OnePhase;
import dev.assent.participant.Prepared;
import dev.assent.participant.Prepared.Answer;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * A crash at every single step of a branch's life, with every kind of loss of what was not forced, and a second crash at
 * some step of the recovery: the files are all new or all old, as decided, and nothing is left behind.
 */
class FileCrashTest {
    private static final Path ROOT = Path.of("/files");
    private static final Map<String, String> OLD = Map.of("a", "old a", "b/c", "old c", "d", "old d");
    private static final Map<String, String> NEW = Map.of("a", "new a", "b/c", "new c", "e/f/g", "new g");
    private static final byte[] PAYLOAD = payload("a=new a", "b/c=new c", "-d", "e/f/g=new g");
    private static final BranchId BRANCH = branch(1);
    private static final int LOSSES = 12;

    /** How far the process got before it died. */
    private static final class Progress {
        private boolean prepared;
        private boolean decided;
        private boolean aborted;
        private boolean ended;
    }

    @Test
    void commitSurvivesACrashAtEveryStep() throws Exception {
        int steps = crashEverywhere(true);
        assertTrue(steps > 30, () -> "only " + steps + " steps");
    }

    @Test
    void rollbackSurvivesACrashAtEveryStep() throws Exception {
        int steps = crashEverywhere(false);
        assertTrue(steps > 25, () -> "only " + steps + " steps");
    }

    private static int crashEverywhere(boolean commit) throws Exception {
        for (int step = 1; ; step++) {
            boolean survived = false;
            for (int loss = 0; loss < LOSSES; loss++) {
                Random random = new Random(1_000L * step + loss);
                String story = (commit ? "commit" : "rollback") + ", crash at step " + step + ", loss " + loss;
                MemoryDisk disk = disk();
                Progress progress = new Progress();
                live(new CrashingFiles(disk, step), commit, progress);
                survived = progress.ended;
                endOfProcess(disk, loss, random);
                // The recovery dies too, at some step; a third process ends the story.
                repeatPrepare(new CrashingFiles(disk, 1 + random.nextInt(20)), progress, random);
                endOfProcess(disk, random.nextInt(LOSSES), random);
                recover(new CrashingFiles(disk, 1 + random.nextInt(20)), commit, progress, story);
                endOfProcess(disk, random.nextInt(LOSSES), random);
                recover(new CrashingFiles(disk, 0), commit, progress, story);
                verify(disk, commit && progress.prepared, story);
            }
            if (survived) {
                return step;
            }
        }
    }

    /** 0: only the process ended; 1: nothing that was not forced reached the disk; else any part of it. */
    private static void endOfProcess(MemoryDisk disk, int loss, Random random) {
        if (loss > 0) {
            disk.losePower(loss == 1 ? () -> false : random::nextBoolean);
        }
    }

    private static MemoryDisk disk() throws IOException {
        MemoryDisk disk = new MemoryDisk(ROOT);
        disk.createDirectory(ROOT.resolve("b"));
        for (Map.Entry<String, String> file : OLD.entrySet()) {
            disk.write(ROOT.resolve(file.getKey()), file.getValue().getBytes(UTF_8));
        }
        disk.losePower(() -> true);
        return disk;
    }

    private static FileResource resource(FileOperations files) throws IOException {
        return new FileResource(files, ROOT, new WriteFiles(), FileLimits.STANDARD);
    }

    private static void live(FileOperations files, boolean commit, Progress progress) throws Exception {
        try {
            FileResource resource = resource(files);
            assertEquals(Prepared.yes(), resource.prepare(BRANCH, PAYLOAD));
            progress.prepared = true;
            end(resource, commit, progress);
        } catch (CrashingFiles.Crash e) {
            // The story goes on with the recovery.
        }
    }

    private static void end(FileResource resource, boolean commit, Progress progress)
            throws IOException, HeuristicException {
        if (commit) {
            progress.decided = true;
            resource.commit(BRANCH);
        } else {
            progress.aborted = true;
            resource.rollback(BRANCH);
        }
        progress.ended = true;
    }

    /** What a participant does: whatever is held ends as decided, and COMMIT is decided only on a YES that was cast. */
    private static void recover(FileOperations files, boolean commit, Progress progress, String story)
            throws Exception {
        try {
            FileResource resource = resource(files);
            Map<String, String> seen = texts(resource);
            boolean mayBeNew = commit && progress.decided;
            assertTrue(seen.equals(OLD) || (mayBeNew && seen.equals(NEW)), () -> story + ": a reader saw " + seen);
            List<BranchId> held = List.copyOf(resource.recover(PARTICIPANT));
            if (progress.prepared && !progress.decided && !progress.aborted) {
                assertEquals(List.of(BRANCH), held, story);
            }
            end(resource, commit && progress.prepared, progress);
        } catch (CrashingFiles.Crash e) {
            // The next process goes on.
        }
    }

    /** Another process may be asked to prepare the same branch, until somebody ends it. */
    private static void repeatPrepare(FileOperations files, Progress progress, Random random) throws Exception {
        if (progress.decided || progress.aborted || random.nextBoolean()) {
            return;
        }
        try {
            assertEquals(Prepared.yes(), resource(files).prepare(BRANCH, PAYLOAD));
            progress.prepared = true;
        } catch (CrashingFiles.Crash e) {
            // The next process goes on.
        }
    }

    private static void verify(MemoryDisk disk, boolean committed, String story) throws Exception {
        // What was answered is durable.
        disk.losePower(() -> false);
        FileResource resource = resource(disk);
        assertEquals(committed ? NEW : OLD, texts(resource), story);
        assertEquals(List.of(), List.copyOf(resource.recover(PARTICIPANT)), story);
        for (String holding : List.of("staged", "prepared", "damaged")) {
            assertEquals(List.of(), disk.list(ROOT.resolve(".assent").resolve(holding)), story + ": " + holding);
        }
        if (!committed) {
            assertEquals(Answer.NO, resource.prepare(BRANCH, PAYLOAD).answer(), story + ": late prepare");
            assertEquals(OLD, texts(resource), story);
        }
        assertEquals(Answer.YES, resource.prepare(branch(2), payload("a=free")).answer(), story + ": locks");
    }

    /** A rename that one process did may be visible to the next and not be durable. */
    @Test
    void aRepeatedYesIsDurableToo() throws Exception {
        boolean ended = false;
        for (int step = 1; !ended; step++) {
            MemoryDisk disk = disk();
            int fatal = step;
            ended = dies(() -> resource(new CrashingFiles(disk, fatal)).prepare(BRANCH, PAYLOAD));
            assertEquals(Prepared.yes(), resource(disk).prepare(BRANCH, PAYLOAD));
            disk.losePower(() -> false);
            assertEquals(List.of(BRANCH), List.copyOf(resource(disk).recover(PARTICIPANT)), "step " + step);
            resource(disk).commit(BRANCH);
            assertEquals(NEW, texts(resource(disk)), "step " + step);
        }
    }

    @Test
    void onePhaseEndsOneWayWhateverCrashes() throws Exception {
        boolean ended = false;
        for (int step = 1; !ended; step++) {
            for (int loss = 0; loss < LOSSES; loss++) {
                Random random = new Random(1_000L * step + loss);
                String story = "one phase, crash at step " + step + ", loss " + loss;
                MemoryDisk disk = disk();
                OnePhase told = onePhase(new CrashingFiles(disk, step));
                ended = told != null;
                endOfProcess(disk, loss, random);
                OnePhase resolved = resolve(new CrashingFiles(disk, 1 + random.nextInt(12)));
                endOfProcess(disk, random.nextInt(LOSSES), random);
                OnePhase last = resource(disk).onePhase().resolve(BRANCH);
                assertTrue(told == null || told == last, story);
                assertTrue(resolved == null || resolved == last, story);
                Map<String, String> expected = last == OnePhase.COMMITTED ? NEW : OLD;
                assertEquals(expected, texts(resource(disk)), story);
                disk.losePower(() -> false);
                assertEquals(last, resource(disk).onePhase().commitOnePhase(BRANCH, PAYLOAD), story + ": late");
                assertEquals(expected, texts(resource(disk)), story + ": after a late commit");
                assertEquals(List.of(), List.copyOf(resource(disk).recover(PARTICIPANT)), story);
            }
        }
    }

    private static OnePhase onePhase(FileOperations files) throws Exception {
        try {
            return resource(files).onePhase().commitOnePhase(BRANCH, PAYLOAD);
        } catch (CrashingFiles.Crash e) {
            return null;
        }
    }

    private static OnePhase resolve(FileOperations files) throws Exception {
        try {
            OnePhaseResource resource = resource(files).onePhase();
            return resource.resolve(BRANCH);
        } catch (CrashingFiles.Crash e) {
            return null;
        }
    }

    @Test
    void damageIsToldOnceAndForAll() throws Exception {
        boolean ended = false;
        for (int step = 1; !ended; step++) {
            for (int loss = 0; loss < LOSSES; loss++) {
                Random random = new Random(1_000L * step + loss);
                String story = "damage, crash at step " + step + ", loss " + loss;
                MemoryDisk disk = disk();
                assertEquals(Prepared.yes(), resource(disk).prepare(BRANCH, PAYLOAD));
                disk.write(ROOT.resolve(".assent/staged/" + BRANCH + "/0.new"), payload("rotten"));
                int fatal = step;
                ended = dies(() -> outcome(new CrashingFiles(disk, fatal)));
                endOfProcess(disk, loss, random);
                assertEquals(BranchOutcome.HEURISTIC_ROLLBACK, outcome(disk), story);
                disk.losePower(() -> false);
                assertEquals(OLD, texts(resource(disk)), story);
                assertEquals(List.of(), List.copyOf(resource(disk).recover(PARTICIPANT)), story);
                assertEquals(
                        Answer.YES, resource(disk).prepare(branch(2), PAYLOAD).answer(), story);
                assertEquals(BranchOutcome.HEURISTIC_ROLLBACK, outcome(disk), story);
            }
        }
    }

    private static BranchOutcome outcome(FileOperations files) throws IOException {
        FileResource resource = resource(files);
        try {
            resource.commit(BRANCH);
        } catch (HeuristicException e) {
            return e.outcome();
        }
        throw new AssertionError("the damage went unseen");
    }

    /** Whether it came to its end. */
    private static boolean dies(Executable life) throws Exception {
        try {
            life.execute();
            return true;
        } catch (CrashingFiles.Crash e) {
            return false;
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void evidenceGoesOnlyBehindItsHorizon() throws Exception {
        boolean ended = false;
        for (int step = 1; !ended; step++) {
            for (int loss = 0; loss < LOSSES; loss++) {
                Random random = new Random(1_000L * step + loss);
                String story = "forgetting, crash at step " + step + ", loss " + loss;
                MemoryDisk disk = disk();
                FileResource resource = resource(disk);
                resource.prepare(BRANCH, PAYLOAD);
                resource.commit(BRANCH);
                resource.rollback(branch(3));
                int fatal = step;
                ended = dies(() -> resource(new CrashingFiles(disk, fatal)).forgetBefore(Branches.INSTALLATION, 2));
                endOfProcess(disk, loss, random);
                FileResource next = resource(disk);
                next.commit(BRANCH);
                assertEquals(Answer.NO, next.prepare(branch(3), PAYLOAD).answer(), story);
                assertEquals(NEW, texts(next), story);
                assertEquals(List.of(), List.copyOf(next.recover(PARTICIPANT)), story);
            }
        }
    }
}
