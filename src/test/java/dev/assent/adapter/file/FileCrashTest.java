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
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

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
                disk.losePower(kept(loss, random));
                // The recovery dies too, at some step; a third process ends the story.
                recover(new CrashingFiles(disk, 1 + random.nextInt(20)), commit, progress, story);
                disk.losePower(kept(random.nextInt(LOSSES), random));
                recover(new CrashingFiles(disk, 0), commit, progress, story);
                verify(disk, commit && progress.prepared, story);
            }
            if (survived) {
                return step;
            }
        }
    }

    /** 0: all of it reached the disk, 1: none of it, else any part. */
    private static BooleanSupplier kept(int loss, Random random) {
        return loss == 0 ? () -> true : loss == 1 ? () -> false : random::nextBoolean;
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
        progress.decided = true;
        if (commit) {
            resource.commit(BRANCH);
        } else {
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
            if (progress.prepared && !progress.decided) {
                assertEquals(List.of(BRANCH), held, story);
            }
            if (commit && progress.prepared) {
                end(resource, true, progress);
            } else {
                end(resource, false, new Progress());
            }
        } catch (CrashingFiles.Crash e) {
            // The next process goes on.
        }
    }

    private static void verify(MemoryDisk disk, boolean committed, String story) throws Exception {
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
                disk.losePower(kept(loss, random));
                OnePhase resolved = resolve(new CrashingFiles(disk, 1 + random.nextInt(12)));
                disk.losePower(kept(random.nextInt(LOSSES), random));
                OnePhase last = resource(disk).onePhase().resolve(BRANCH);
                assertTrue(told == null || told == last, story);
                assertTrue(resolved == null || resolved == last, story);
                Map<String, String> expected = last == OnePhase.COMMITTED ? NEW : OLD;
                assertEquals(expected, texts(resource(disk)), story);
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
}
