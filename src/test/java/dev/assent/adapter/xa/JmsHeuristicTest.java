package dev.assent.adapter.xa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.participant.HeuristicException;
import dev.assent.participant.Prepared;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import java.util.UUID;
import org.apache.activemq.artemis.core.transaction.impl.XidImpl;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Somebody ends prepared branches by the broker's own management: what it then answers is told, and not too early forgotten. */
class JmsHeuristicTest {
    private static final UUID INSTALLATION = UUID.randomUUID();
    private static JmsLab lab;

    @BeforeAll
    static void start() throws Exception {
        lab = JmsLab.shared();
    }

    private static BranchId prepared(Resource resource, String key) throws Exception {
        BranchId branch =
                new BranchId(INSTALLATION, XaPromiseTest.nextBranch().transaction(), "promise", "00000000000000bb");
        assertEquals(Prepared.yes(), resource.prepare(branch, lab.adding(key)));
        return branch;
    }

    private static void manage(String operation, BranchId branch) throws Exception {
        assertEquals(true, lab.manage(operation, XidImpl.toBase64String(BranchXid.of(branch))));
    }

    private static BranchOutcome told(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(HeuristicException.class, call).outcome();
    }

    @Test
    void whatAgreesWithTheDecisionIsNoHeuristic() throws Exception {
        Resource resource = lab.open();
        BranchId committed = prepared(resource, "agreed");
        manage("commitPreparedTransaction", committed);
        resource.commit(committed);
        resource.commit(committed);
        BranchId rolledBack = prepared(resource, "disagreed");
        manage("rollbackPreparedTransaction", rolledBack);
        resource.rollback(rolledBack);
        resource.rollback(rolledBack);
        assertEquals(1, lab.seen("agreed"));
        assertEquals(0, lab.seen("disagreed"));
        assertFalse(resource.recover("promise").contains(committed));
        assertFalse(resource.recover("promise").contains(rolledBack));
    }

    @Test
    void whatContradictsItIsToldUntilItIsRecorded() throws Exception {
        Resource resource = lab.open();
        BranchId committed = prepared(resource, "against");
        manage("commitPreparedTransaction", committed);
        BranchId rolledBack = prepared(resource, "against");
        manage("rollbackPreparedTransaction", rolledBack);
        for (int i = 0; i < 2; i++) {
            assertEquals(BranchOutcome.HEURISTIC_COMMIT, told(() -> resource.rollback(committed)));
            assertEquals(BranchOutcome.HEURISTIC_ROLLBACK, told(() -> resource.commit(rolledBack)));
        }
        assertEquals(1, lab.seen("against"));
        long generation = committed.transaction().generation();
        // Whoever was told may not have recorded it yet.
        resource.forgetBefore(committed.installation(), generation + 1);
        assertTrue(resource.recover("promise").contains(committed));
        assertTrue(resource.recover("promise").contains(rolledBack));
        resource.forgetBefore(committed.installation(), generation + 2);
        assertFalse(resource.recover("promise").contains(committed));
        assertFalse(resource.recover("promise").contains(rolledBack));
    }
}
