package dev.assent.adapter.file;

import static dev.assent.adapter.file.Branches.PARTICIPANT;
import static dev.assent.adapter.file.Branches.branch;
import static dev.assent.adapter.file.Branches.payload;
import static dev.assent.adapter.file.Branches.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.participant.Prepared;
import dev.assent.participant.Prepared.Answer;
import dev.assent.protocol.BranchId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many threads, two resources in one process, and several processes on one directory. */
class FileSharingTest {
    private static final List<String> ACCOUNTS = List.of("alice", "bob", "carol", "dave");
    private static final long EACH = 1_000;

    @TempDir
    private Path root;

    private final ExecutorService pool = Executors.newCachedThreadPool();

    @AfterEach
    void endPool() throws InterruptedException {
        pool.shutdownNow();
        assertTrue(pool.awaitTermination(30, TimeUnit.SECONDS));
    }

    private static <T> List<T> answers(List<Future<T>> futures) throws Exception {
        List<T> answers = new ArrayList<>();
        for (Future<T> future : futures) {
            answers.add(future.get(120, TimeUnit.SECONDS));
        }
        return answers;
    }

    @Test
    void aWaitingBranchGoesOnWhenTheHolderEnds() throws Exception {
        CountDownLatch looked = new CountDownLatch(2);
        FileWork counting = (branch, payload, committed) -> {
            looked.countDown();
            return new WriteFiles().changes(branch, payload, committed);
        };
        FileResource resource =
                FileResource.open(root, counting, FileLimits.STANDARD.withLockWait(Duration.ofMinutes(5)));
        resource.prepare(branch(1), payload("a=1"));
        Future<Prepared> waiting = pool.submit(() -> resource.prepare(branch(2), payload("a=2")));
        assertTrue(looked.await(60, TimeUnit.SECONDS));
        resource.commit(branch(1));
        assertEquals(Prepared.yes(), waiting.get(60, TimeUnit.SECONDS));
        resource.commit(branch(2));
        assertEquals(Map.of("a", "2"), texts(resource));
    }

    private static long total(FileResource resource) throws Exception {
        return texts(resource).values().stream().mapToLong(Long::parseLong).sum();
    }

    private void openAccounts() throws Exception {
        for (String account : ACCOUNTS) {
            Files.writeString(root.resolve(account), Long.toString(EACH));
        }
    }

    /** Transfers at random, prepared and then committed or rolled back; returns how many were committed. */
    static int transfer(FileResource resource, long seed, int transfers) throws Exception {
        Random random = new Random(seed);
        int committed = 0;
        for (int i = 0; i < transfers; i++) {
            int from = random.nextInt(ACCOUNTS.size());
            int to = (from + 1 + random.nextInt(ACCOUNTS.size() - 1)) % ACCOUNTS.size();
            String order = ACCOUNTS.get(from) + " " + ACCOUNTS.get(to) + " " + random.nextInt(400);
            BranchId branch = branch(seed * 1_000_000 + i + 1);
            if (resource.prepare(branch, order.getBytes(UTF_8)).answer() == Answer.NO || random.nextInt(4) == 0) {
                resource.rollback(branch);
            } else {
                resource.commit(branch);
                committed++;
            }
        }
        return committed;
    }

    @Test
    void everyReaderSeesTheSameTotal() throws Exception {
        openAccounts();
        FileResource one = FileResource.open(root, Branches.transfers());
        FileResource two = FileResource.open(root, Branches.transfers());
        List<Future<Integer>> workers = new ArrayList<>();
        for (int worker = 1; worker <= 4; worker++) {
            long seed = worker;
            workers.add(pool.submit(() -> transfer(seed % 2 == 0 ? one : two, seed, 25)));
        }
        Process other = FileProcess.start("transfer", root);
        int looks = 0;
        while (other.isAlive() || !workers.stream().allMatch(Future::isDone)) {
            assertEquals(EACH * ACCOUNTS.size(), total(one));
            looks++;
        }
        assertEquals(0, FileProcess.exitCode(other));
        int committed = answers(workers).stream().mapToInt(Integer::intValue).sum();
        assertTrue(committed > 10 && looks > 10, committed + " commits, " + looks + " looks");
        assertEquals(EACH * ACCOUNTS.size(), total(one));
        assertEquals(List.of(), List.copyOf(one.recover(PARTICIPANT)));
    }

    /** A second channel on the lock file would take this process's lock away when it is closed. */
    @Test
    void workThatCallsItsOwnResourceKeepsOtherProcessesOut() throws Exception {
        FileResource[] own = new FileResource[1];
        List<String> seen = new ArrayList<>();
        FileWork calling = (branch, payload, committed) -> {
            try {
                seen.add("read " + own[0].read("a"));
            } catch (IOException | RuntimeException e) {
                seen.add(e.toString());
            }
            try {
                Process other = FileProcess.start("try-lock", root);
                assertEquals(0, FileProcess.exitCode(other));
                seen.addAll(FileProcess.said(other));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return List.of(FileChange.write("a", payload));
        };
        own[0] = FileResource.open(root, calling);
        assertEquals(Prepared.yes(), own[0].prepare(branch(1), payload("1")));
        assertEquals(2, seen.size());
        assertEquals("held", seen.get(1), () -> "after " + seen.get(0));
        assertTrue(seen.get(0).contains("through the view"), seen.get(0));
    }
}
