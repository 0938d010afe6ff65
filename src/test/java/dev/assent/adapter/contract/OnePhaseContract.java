package dev.assent.adapter.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.participant.OnePhaseResource;
import dev.assent.participant.OnePhaseResource.OnePhase;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a resource that commits in one phase does besides. */
public abstract class OnePhaseContract extends ContractFixture {
    private static final int MOST_STEPS = 60;

    private OnePhaseResource one;

    @BeforeEach
    void openOnePhase() {
        one = (OnePhaseResource) resource;
    }

    @Test
    void whatIsCommittedInOnePhaseIsSeenAndProven() throws Exception {
        BranchId branch = nextBranch();
        for (int i = 0; i < 2; i++) {
            assertEquals(OnePhase.COMMITTED, one.commitOnePhase(branch, lab().adding("1a")));
            assertEquals(OnePhase.COMMITTED, one.resolve(branch));
        }
        assertEquals(1, lab().seen("1a"));
    }

    @Test
    void whatIsFencedCannotCommitAnyMore() throws Exception {
        BranchId branch = nextBranch();
        assertEquals(OnePhase.FENCED, one.resolve(branch));
        OnePhaseResource elsewhere = (OnePhaseResource) lab().open();
        assertEquals(OnePhase.FENCED, elsewhere.commitOnePhase(branch, lab().adding("1b")));
        assertEquals(OnePhase.FENCED, one.resolve(branch));
        assertEquals(0, lab().seen("1b"));
    }

    @Test
    void refusedWorkIsFenced() throws Exception {
        Optional<byte[]> refused = lab().refused();
        given("work is refused", refused.isPresent());
        BranchId branch = nextBranch();
        assertEquals(OnePhase.FENCED, one.commitOnePhase(branch, refused.get()));
        assertEquals(OnePhase.FENCED, one.commitOnePhase(branch, lab().adding("1c")));
        assertEquals(0, lab().seen("1c"));
    }

    @Test
    void whoeverResolvesMeanwhileHearsTheSame() throws Exception {
        Set<OnePhase> seen = new LinkedHashSet<>();
        for (int i = 0; i < 30; i++) {
            String key = "1d-" + i;
            BranchId branch = nextBranch();
            Set<OnePhase> answers = Collections.synchronizedSet(new LinkedHashSet<>());
            OnePhaseResource elsewhere = (OnePhaseResource) lab().open();
            together(
                    () -> repeated(() -> {
                        answers.add(one.commitOnePhase(branch, lab().adding(key)));
                        return null;
                    }),
                    () -> repeated(() -> {
                        answers.add(elsewhere.resolve(branch));
                        return null;
                    }));
            assertEquals(1, answers.size(), answers.toString());
            assertEquals(answers.contains(OnePhase.COMMITTED) ? 1 : 0, lab().seen(key));
            seen.addAll(answers);
        }
        assertTrue(!seen.isEmpty());
    }

    @Test
    void whatIsForgottenStaysFenced() throws Exception {
        BranchId branch = nextBranch();
        assertEquals(OnePhase.FENCED, one.resolve(branch));
        forgetWhatWas(one);
        assertEquals(OnePhase.FENCED, one.commitOnePhase(branch, lab().adding("1e")));
        assertEquals(0, lab().seen("1e"));
    }

    @Test
    void whoeverDiesWhileForgettingLetsNothingThrough() throws Exception {
        ResourceLab.Opener opener = lab().opener();
        for (int step = 1; step < MOST_STEPS; step++) {
            String key = "1f-" + step;
            BranchId branch = nextBranch();
            assertEquals(OnePhase.FENCED, one.resolve(branch));
            AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
            Resource dying = opener.type()
                    .getDeclaredConstructor()
                    .newInstance()
                    .open(opener.arguments(), () -> {
                        if (left.decrementAndGet() <= 0) {
                            throw new IllegalStateException("dead");
                        }
                    });
            left.set(step);
            boolean died = false;
            try {
                forgetWhatWas(dying);
            } catch (IllegalStateException e) {
                died = true;
            }
            assertEquals(OnePhase.FENCED, one.commitOnePhase(branch, lab().adding(key)));
            assertEquals(0, lab().seen(key));
            if (!died) {
                return;
            }
        }
        throw new AssertionError("forgetting has more than " + MOST_STEPS + " steps");
    }
}
