package dev.assent.adapter.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.adapter.contract.ResourceProcess.Call;
import dev.assent.participant.OnePhaseResource;
import dev.assent.participant.OnePhaseResource.OnePhase;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a resource keeps when the process that works on it, or its server, is killed. */
public abstract class CrashContract extends ContractFixture {
    private static final int MOST_STEPS = 60;

    @Test
    void aProcessThatDiesWhilePreparingLeavesWhatCanBeEnded() throws Exception {
        for (int step = 1; step < MOST_STEPS; step++) {
            String key = "prepare-" + step;
            BranchId branch = nextBranch();
            boolean killed = ResourceProcess.killedAt(step, Call.PREPARE, lab().opener(), branch, lab().adding(key));
            boolean held = held().contains(branch);
            assertTrue(killed || held, "a call that ended has prepared");
            if (held && step % 2 == 0) {
                assertPreparedAgain(branch, key);
                repeated(() -> commit(branch));
                assertEquals(1, lab().seen(key));
            } else {
                repeated(() -> rollback(branch));
                assertEquals(0, lab().seen(key));
                assertEquals(
                        Prepared.Answer.NO,
                        resource.prepare(branch, lab().adding(key)).answer());
            }
            assertEquals(List.of(), held());
            if (!killed) {
                return;
            }
        }
        throw new AssertionError("prepare has more than " + MOST_STEPS + " steps");
    }

    @Test
    void aProcessThatDiesWhileCommittingIsRepeated() throws Exception {
        for (int step = 1; step < MOST_STEPS; step++) {
            String key = "commit-" + step;
            BranchId branch = nextBranch();
            assertEquals(Prepared.yes(), resource.prepare(branch, lab().adding(key)));
            boolean killed = ResourceProcess.killedAt(step, Call.COMMIT, lab().opener(), branch, new byte[0]);
            repeated(() -> commit(branch));
            assertEquals(1, lab().seen(key));
            assertEquals(List.of(), held());
            if (!killed) {
                return;
            }
        }
        throw new AssertionError("commit has more than " + MOST_STEPS + " steps");
    }

    @Test
    void aProcessThatDiesWhileRollingBackIsRepeated() throws Exception {
        for (int step = 1; step < MOST_STEPS; step++) {
            String key = "rollback-" + step;
            BranchId branch = nextBranch();
            assertEquals(Prepared.yes(), resource.prepare(branch, lab().adding(key)));
            boolean killed = ResourceProcess.killedAt(step, Call.ROLLBACK, lab().opener(), branch, new byte[0]);
            repeated(() -> rollback(branch));
            assertEquals(0, lab().seen(key));
            assertEquals(List.of(), held());
            assertEquals(
                    Prepared.Answer.NO,
                    resource.prepare(branch, lab().adding(key)).answer());
            if (!killed) {
                return;
            }
        }
        throw new AssertionError("rollback has more than " + MOST_STEPS + " steps");
    }

    @Test
    void aProcessThatDiesWhileCommittingInOnePhaseIsResolved() throws Exception {
        given("it commits in one phase", resource instanceof OnePhaseResource);
        OnePhaseResource one = (OnePhaseResource) resource;
        for (int step = 1; step < MOST_STEPS; step++) {
            String key = "one-" + step;
            BranchId branch = nextBranch();
            boolean killed = ResourceProcess.killedAt(step, Call.ONE_PHASE, lab().opener(), branch, lab().adding(key));
            OnePhase[] outcome = new OnePhase[1];
            repeated(() -> {
                outcome[0] = one.resolve(branch);
                return null;
            });
            assertTrue(killed || outcome[0] == OnePhase.COMMITTED, "a call that ended has committed");
            assertEquals(outcome[0] == OnePhase.COMMITTED ? 1 : 0, lab().seen(key));
            assertEquals(outcome[0], one.commitOnePhase(branch, lab().adding(key)));
            assertEquals(outcome[0] == OnePhase.COMMITTED ? 1 : 0, lab().seen(key));
            if (!killed) {
                return;
            }
        }
        throw new AssertionError("one phase has more than " + MOST_STEPS + " steps");
    }

    @Test
    void aServerThatDiesKeepsWhatIsPrepared() throws Exception {
        given("there is a server", lab().server().isPresent());
        ResourceLab.Server server = lab().server().get();
        BranchId committed = nextBranch();
        BranchId rolledBack = nextBranch();
        assertEquals(Prepared.yes(), resource.prepare(committed, lab().adding("kept")));
        assertEquals(Prepared.yes(), resource.prepare(rolledBack, lab().adding("gone")));
        server.kill();
        server.restart();
        repeated(() -> {
            assertTrue(held().containsAll(List.of(committed, rolledBack)));
            return null;
        });
        repeated(() -> commit(committed));
        repeated(() -> rollback(rolledBack));
        assertEquals(1, lab().seen("kept"));
        assertEquals(0, lab().seen("gone"));
        server.kill();
        server.restart();
        repeated(() -> commit(committed));
        repeated(() -> rollback(rolledBack));
        assertEquals(1, lab().seen("kept"));
        assertEquals(0, lab().seen("gone"));
        assertEquals(List.of(), held());
    }

    @Test
    void aServerThatDiesWhileBranchesCommitCommitsEachOnce() throws Exception {
        given("there is a server", lab().server().isPresent());
        ResourceLab.Server server = lab().server().get();
        int branches = 20;
        List<BranchId> all = java.util.stream.Stream.generate(ContractFixture::nextBranch)
                .limit(branches)
                .toList();
        for (BranchId branch : all) {
            assertEquals(Prepared.yes(), resource.prepare(branch, lab().adding("many")));
        }
        AtomicInteger committed = new AtomicInteger();
        CompletableFuture<Void> committing = meanwhile(() -> {
            for (BranchId branch : all) {
                repeated(() -> commit(branch));
                committed.incrementAndGet();
            }
            return null;
        });
        dev.assent.Await.until("some are committed", () -> committed.get() >= branches / 4);
        server.kill();
        server.restart();
        committing.get(2, TimeUnit.MINUTES);
        assertEquals(branches, lab().seen("many"));
        assertEquals(List.of(), held());
    }

    /** What is held may be prepared or only begun; where only the process that died could tell, nothing is said. */
    private void assertPreparedAgain(BranchId branch, String key) throws Exception {
        Optional<Prepared> again = tried(() -> resource.prepare(branch, lab().adding(key)));
        assertTrue(again.isEmpty() || again.get().equals(Prepared.yes()), () -> "a repeated prepare says " + again);
    }

    private Void commit(BranchId branch) throws Exception {
        resource.commit(branch);
        return null;
    }

    private Void rollback(BranchId branch) throws Exception {
        resource.rollback(branch);
        return null;
    }
}
