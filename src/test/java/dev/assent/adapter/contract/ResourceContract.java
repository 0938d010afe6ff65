package dev.assent.adapter.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.participant.HeuristicException;
import dev.assent.participant.Prepared;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every resource does whatever happens around it: the calls themselves, repeated, at once, too late, elsewhere. */
public abstract class ResourceContract extends ContractFixture {
    @Test
    void whatIsPreparedIsSeenOnceItIsCommitted() throws Exception {
        BranchId branch = nextBranch();
        assertEquals(Prepared.yes(), resource.prepare(branch, lab().adding("a")));
        assertEquals(0, lab().seen("a"));
        assertTrue(held().contains(branch));
        resource.commit(branch);
        assertEquals(1, lab().seen("a"));
        assertFalse(held().contains(branch));
    }

    @Test
    void whatIsRolledBackLeavesNothing() throws Exception {
        BranchId branch = nextBranch();
        assertEquals(Prepared.yes(), resource.prepare(branch, lab().adding("b")));
        resource.rollback(branch);
        assertEquals(0, lab().seen("b"));
        assertFalse(held().contains(branch));
    }

    @Test
    void everyCallMayBeRepeated() throws Exception {
        BranchId committed = nextBranch();
        assertEquals(Prepared.yes(), resource.prepare(committed, lab().adding("c")));
        assertEquals(Prepared.yes(), resource.prepare(committed, lab().adding("c")));
        for (int i = 0; i < 3; i++) {
            resource.commit(committed);
        }
        assertEquals(1, lab().seen("c"));
        BranchId rolledBack = nextBranch();
        assertEquals(Prepared.yes(), resource.prepare(rolledBack, lab().adding("d")));
        for (int i = 0; i < 3; i++) {
            resource.rollback(rolledBack);
        }
        assertEquals(0, lab().seen("d"));
    }

    @Test
    void everyCallMayBeMadeSeveralTimesAtOnce() throws Exception {
        BranchId committed = nextBranch();
        atOnce(() -> {
            assertEquals(Prepared.yes(), resource.prepare(committed, lab().adding("e")));
            return null;
        });
        Resource elsewhere = lab().open();
        AtomicInteger turns = new AtomicInteger();
        atOnce(() -> {
            (turns.getAndIncrement() % 2 == 0 ? resource : elsewhere).commit(committed);
            return null;
        });
        assertEquals(1, lab().seen("e"));
        BranchId rolledBack = nextBranch();
        resource.prepare(rolledBack, lab().adding("f"));
        atOnce(() -> {
            (turns.getAndIncrement() % 2 == 0 ? resource : elsewhere).rollback(rolledBack);
            return null;
        });
        assertEquals(0, lab().seen("f"));
        assertEquals(List.of(), held());
    }

    /** A concurrent call may fail as "unknown" and is then repeated, as a participant does. */
    private void atOnce(Callable<Void> call) throws Exception {
        together(AT_ONCE, () -> repeated(call));
    }

    @Test
    void anotherProcessFinishesWhatIsPrepared() throws Exception {
        BranchId branch = nextBranch();
        resource.prepare(branch, lab().adding("g"));
        BranchId other = nextBranch();
        resource.prepare(other, lab().adding("h"));
        Resource elsewhere = lab().open();
        assertEquals(resource.identity(), elsewhere.identity());
        assertEquals(resource.kind(), elsewhere.kind());
        assertTrue(elsewhere.recover(PARTICIPANT).containsAll(List.of(branch, other)));
        elsewhere.commit(branch);
        elsewhere.rollback(other);
        assertEquals(1, lab().seen("g"));
        assertEquals(0, lab().seen("h"));
        resource.commit(branch);
        resource.rollback(other);
        assertEquals(1, lab().seen("g"));
    }

    @Test
    void listsTheBranchesOfOneParticipant() throws Exception {
        BranchId own = nextBranch();
        BranchId others = branchOf("somebody");
        resource.prepare(own, lab().adding("i"));
        resource.prepare(others, lab().adding("j"));
        assertEquals(List.of(own), List.copyOf(resource.recover(PARTICIPANT)));
        assertEquals(List.of(others), List.copyOf(resource.recover("somebody")));
        resource.rollback(own);
        resource.rollback(others);
    }

    @Test
    void rollbackKeepsALatePrepareOut() throws Exception {
        BranchId branch = nextBranch();
        resource.rollback(branch);
        assertEquals(
                Prepared.Answer.NO,
                lab().open().prepare(branch, lab().adding("k")).answer());
        assertEquals(List.of(), held());
        assertEquals(0, lab().seen("k"));
        resource.rollback(branch);
    }

    @Test
    void rollbackDuringAPrepareLeavesNothing() throws Exception {
        for (int i = 0; i < 10; i++) {
            String key = "during-" + i;
            BranchId branch = nextBranch();
            together(
                    () -> tried(() -> resource.prepare(branch, lab().adding(key))),
                    () -> repeated(() -> {
                        resource.rollback(branch);
                        return null;
                    }));
            // A participant that was told NO or nothing rolls back; one that was told YES learns ABORT and does the
            // same.
            repeated(() -> {
                resource.rollback(branch);
                return null;
            });
            assertEquals(List.of(), held());
            assertEquals(0, lab().seen(key));
            assertEquals(
                    Prepared.Answer.NO,
                    resource.prepare(branch, lab().adding(key)).answer());
        }
    }

    @Test
    void brokenPromisesAreToldWithEvidence() throws Exception {
        BranchId rolledBack = nextBranch();
        resource.prepare(rolledBack, lab().adding("l"));
        resource.rollback(rolledBack);
        assertEquals(
                BranchOutcome.HEURISTIC_ROLLBACK,
                assertThrows(HeuristicException.class, () -> resource.commit(rolledBack))
                        .outcome());
        BranchId committed = nextBranch();
        resource.prepare(committed, lab().adding("m"));
        resource.commit(committed);
        assertEquals(
                BranchOutcome.HEURISTIC_COMMIT,
                assertThrows(HeuristicException.class, () -> resource.rollback(committed))
                        .outcome());
        assertEquals(1, lab().seen("m"));
        // "Unknown branch" is no evidence that it was committed (rule 4).
        assertThrows(HeuristicException.class, () -> resource.commit(nextBranch()));
    }

    @Test
    void refusedWorkLeavesNothing() throws Exception {
        Optional<byte[]> refused = lab().refused();
        given("work is refused", refused.isPresent());
        BranchId branch = nextBranch();
        Prepared answer = resource.prepare(branch, refused.get());
        assertEquals(Prepared.Answer.NO, answer.answer());
        assertFalse(answer.reason().isBlank());
        assertEquals(List.of(), held());
    }

    @Test
    void aFailureInBetweenIsNotPassedOver() throws Exception {
        Optional<byte[]> failing = lab().failingInBetween("n");
        given("something can fail in between", failing.isPresent());
        assertEquals(
                Prepared.Answer.NO,
                resource.prepare(nextBranch(), failing.get()).answer());
        assertEquals(List.of(), held());
        assertEquals(0, lab().seen("n"));
    }

    @Test
    void whatOnlyReadsIsReadOnly() throws Exception {
        Optional<byte[]> reading = lab().reading();
        given("reading can be told", reading.isPresent());
        assertEquals(Prepared.readOnly(), resource.prepare(nextBranch(), reading.get()));
        assertEquals(List.of(), held());
    }

    @Test
    void aLockOfAnotherBranchIsNotWaitedForForEver() throws Exception {
        Optional<byte[]> first = lab().locking("o", "x", "");
        given("branches lock", first.isPresent());
        BranchId holder = nextBranch();
        assertEquals(Prepared.yes(), resource.prepare(holder, first.get()));
        Prepared answer =
                resource.prepare(nextBranch(), lab().locking("p", "x", "").orElseThrow());
        assertEquals(Prepared.Answer.NO, answer.answer());
        assertFalse(answer.reason().isBlank());
        resource.commit(holder);
        BranchId later = nextBranch();
        assertEquals(
                Prepared.yes(),
                resource.prepare(later, lab().locking("q", "x", "").orElseThrow()));
        resource.commit(later);
        assertEquals(1, lab().seen("o"));
        assertEquals(0, lab().seen("p"));
        assertEquals(1, lab().seen("q"));
    }

    @Test
    void aDeadlockEnds() throws Exception {
        given("branches lock", lab().locking("r", "x", "y").isPresent());
        for (int i = 0; i < 5; i++) {
            BranchId there = nextBranch();
            BranchId back = nextBranch();
            together(
                    () -> tried(() ->
                            resource.prepare(there, lab().locking("r", "x", "y").orElseThrow())),
                    () -> tried(() ->
                            resource.prepare(back, lab().locking("r", "y", "x").orElseThrow())));
            resource.rollback(there);
            resource.rollback(back);
            assertEquals(List.of(), held());
            assertEquals(0, lab().seen("r"));
        }
    }

    @Test
    void aLostConnectionLeavesNothing() throws Exception {
        Optional<byte[]> disconnecting = lab().disconnecting("s");
        given("connections can be lost", disconnecting.isPresent());
        BranchId branch = nextBranch();
        Optional<Prepared> answer = tried(() -> resource.prepare(branch, disconnecting.get()));
        assertTrue(answer.isEmpty() || answer.get().answer() == Prepared.Answer.NO);
        resource.rollback(branch);
        assertEquals(List.of(), held());
        assertEquals(0, lab().seen("s"));
    }

    @Test
    void whatIsForeignIsLeftAlone() throws Exception {
        Optional<ResourceLab.Foreign> foreign = lab().foreign();
        given("somebody else can prepare there", foreign.isPresent());
        try {
            BranchId branch = nextBranch();
            resource.prepare(branch, lab().adding("t"));
            assertEquals(List.of(branch), held());
            resource.rollback(branch);
            forgetWhatWas(resource);
            assertTrue(foreign.get().stillThere());
        } finally {
            foreign.get().remove();
        }
    }

    @Test
    void whatIsForgottenCannotComeBack() throws Exception {
        BranchId committed = nextBranch();
        resource.prepare(committed, lab().adding("u"));
        resource.commit(committed);
        BranchId fenced = nextBranch();
        resource.rollback(fenced);
        BranchId held = nextBranch();
        resource.prepare(held, lab().adding("v"));
        forgetWhatWas(resource);
        resource.forgetBefore(INSTALLATION, held.transaction().generation());
        // Acknowledged before, or nothing would be forgotten: a repetition is harmless.
        resource.commit(committed);
        assertEquals(1, lab().seen("u"));
        assertEquals(
                Prepared.Answer.NO,
                lab().open().prepare(fenced, lab().adding("w")).answer());
        assertEquals(List.of(held), held());
        resource.rollback(held);
        assertEquals(List.of(), held());
        BranchId newer = nextBranch();
        assertEquals(Prepared.yes(), resource.prepare(newer, lab().adding("x")));
        resource.commit(newer);
        assertEquals(1, lab().seen("x"));
    }
}
