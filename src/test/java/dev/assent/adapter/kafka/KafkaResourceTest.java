package dev.assent.adapter.kafka;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import dev.assent.adapter.PreflightException;
import dev.assent.participant.EnlistedBranch;
import dev.assent.participant.HeuristicException;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Enlistment;
import dev.assent.protocol.TransactionId;
import dev.assent.zookeeper.ZooKeeperProcesses;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is Kafka's own: epochs, timeouts, strangers under a branch's id. */
class KafkaResourceTest {
    private static final String PARTICIPANT = "stream";
    private static final UUID INSTALLATION = UUID.randomUUID();
    private static final AtomicLong NUMBER = new AtomicLong();
    private static KafkaLab lab;

    private KafkaResource resource;

    @BeforeAll
    static void start() throws Exception {
        lab = KafkaLab.shared();
    }

    @AfterAll
    static void close() throws Exception {
        lab.closeOpened();
    }

    @BeforeEach
    void openResource() throws Exception {
        resource = (KafkaResource) lab.open();
    }

    private static BranchId nextBranch() {
        long number = NUMBER.incrementAndGet();
        return new BranchId(
                INSTALLATION, TransactionId.of(1, number), PARTICIPANT, String.format("%016x", 0xcafe_0000L + number));
    }

    private static EnlistedBranch enlisted(BranchId branch) {
        return new EnlistedBranch(
                branch, new Enlistment(branch.transaction(), branch.participant(), "instance", branch.attempt()));
    }

    /** Nothing is open: consumers of committed records go on. */
    private void assertNothingOpen() throws Exception {
        assertEquals(List.of(), List.copyOf(resource.recover(PARTICIPANT)));
    }

    private static KafkaBuilder with(Map<String, Object> more) {
        Map<String, Object> settings = lab.kafka().clientSettings();
        settings.putAll(more);
        return KafkaLab.builder(settings);
    }

    /**
     * A rollback by another process at every point of a prepare. The one it comes before a claim is the contract's.
     *
     * @param call after which it comes; the second find is the vote's
     */
    @ParameterizedTest
    @CsvSource({"claim,1", "initTransactions,1", "find,1", "beginTransaction,1", "send,1", "flush,1", "find,2"})
    void aRollbackAtAnyPointOfAPrepareLeavesNothingOpen(String call, int times) throws Exception {
        BranchId branch = nextBranch();
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong calls = new AtomicLong();
        AtomicLong sent = new AtomicLong();
        KafkaResource hesitant = KafkaLab.observed(with(Map.of("max.block.ms", 5_000)), method -> {
            if (method.equals("send")) {
                sent.incrementAndGet();
            }
            if (method.equals(call) && calls.incrementAndGet() == times) {
                resource.rollback(branch);
                done.set(true);
            }
        });
        String key = "at-" + call + times;
        try (hesitant) {
            Optional<Prepared> answer = tried(hesitant, branch, key);
            assertTrue(done.get());
            if (Set.of("claim", "initTransactions").contains(call)) {
                assertEquals(0, sent.get(), "nothing is begun behind a fence");
            }
            boolean afterTheLook = times == 2;
            assertEquals(afterTheLook, answer.filter(Prepared.yes()::equals).isPresent(), () -> "answered " + answer);
            assertNothingOpen();
            resource.rollback(branch);
            assertEquals(
                    Prepared.Answer.NO,
                    hesitant.prepare(branch, KafkaLab.bytes(key)).answer());
            assertNothingOpen();
            assertEquals(0, lab.seen(key));
            assertThrows(HeuristicException.class, () -> resource.commit(branch));
        }
    }

    private static Optional<Prepared> tried(KafkaResource hesitant, BranchId branch, String key) throws Exception {
        try {
            return Optional.of(hesitant.prepare(branch, KafkaLab.bytes(key)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Test
    void onlyOneOfSeveralProcessesWorksForABranch() throws Exception {
        BranchId branch = nextBranch();
        assertEquals(Prepared.yes(), resource.prepare(branch, KafkaLab.bytes("only")));
        KafkaResource elsewhere = (KafkaResource) lab.open();
        assertThrows(IOException.class, () -> elsewhere.prepare(branch, KafkaLab.bytes("only")));
        assertThrows(Exception.class, () -> elsewhere.open(enlisted(branch)));
        resource.commit(branch);
        assertEquals(1, lab.seen("only"));
        assertEquals(Prepared.yes(), elsewhere.prepare(branch, KafkaLab.bytes("only")));
        assertEquals(1, lab.seen("only"));
    }

    @Test
    void aPromiseThatTheBrokerCannotKeepIsNotMade() throws Exception {
        KafkaResource tight = lab.open(with(Map.of("transaction.timeout.ms", 600_000)));
        BranchId branch = nextBranch();
        Prepared answer = tight.prepare(branch, KafkaLab.bytes("tight"));
        assertEquals(Prepared.Answer.NO, answer.answer());
        assertTrue(answer.reason().contains("transaction.timeout.ms"), answer.reason());
        assertNothingOpen();
        assertEquals(0, lab.seen("tight"));
    }

    @Test
    void aBranchThatTheBrokerAbortedForItsAgeIsABrokenPromise() throws Exception {
        KafkaResource brief =
                lab.open(with(Map.of("transaction.timeout.ms", 4_000)).promise(Duration.ofSeconds(1)));
        BranchId branch = nextBranch();
        assertEquals(Prepared.yes(), brief.prepare(branch, KafkaLab.bytes("aged")));
        // Asked again, YES stands until then: what was promised is not taken back for want of time.
        AtomicReference<Prepared> last = new AtomicReference<>();
        Await.until("the broker aborted it", () -> {
            last.set(brief.prepare(branch, KafkaLab.bytes("aged")));
            return last.get().answer() == Prepared.Answer.NO;
        });
        assertTrue(last.get().reason().contains("aborted for its age"), last.get()::reason);
        HeuristicException told = assertThrows(HeuristicException.class, () -> resource.commit(branch));
        assertEquals(BranchOutcome.HEURISTIC_ROLLBACK, told.outcome());
        assertEquals(
                Prepared.Answer.NO,
                brief.prepare(branch, KafkaLab.bytes("aged")).answer());
        assertDoesNotThrow(() -> resource.rollback(branch));
        assertEquals(0, lab.seen("aged"));
    }

    @Test
    void whoeverInitializesAPreparedBranchBreaksItsPromise() throws Exception {
        BranchId branch = nextBranch();
        assertEquals(Prepared.yes(), resource.prepare(branch, KafkaLab.bytes("trap")));
        try (Producer<byte[], byte[]> careless = lab.producer(branch.toString())) {
            careless.initTransactions();
        }
        // What the coordinator shows now would follow a commit just as well.
        assertEquals(BranchOutcome.HEURISTIC_HAZARD, told(branch));
        assertEquals(0, lab.seen("trap"));
        BranchId committed = nextBranch();
        assertEquals(Prepared.yes(), resource.prepare(committed, KafkaLab.bytes("before")));
        resource.commit(committed);
        try (Producer<byte[], byte[]> careless = lab.producer(committed.toString())) {
            careless.initTransactions();
        }
        assertEquals(BranchOutcome.HEURISTIC_HAZARD, told(committed));
        assertEquals(1, lab.seen("before"));
    }

    private BranchOutcome told(BranchId branch) {
        return assertThrows(HeuristicException.class, () -> resource.commit(branch))
                .outcome();
    }

    @Test
    void whatSomebodyElseCommittedUnderTheIdIsNoProof() throws Exception {
        BranchId branch = nextBranch();
        assertEquals(Prepared.yes(), resource.prepare(branch, KafkaLab.bytes("replaced")));
        try (Producer<byte[], byte[]> careless = lab.producer(branch.toString())) {
            careless.initTransactions();
            careless.beginTransaction();
            KafkaLab.send(careless, KafkaLab.record("instead"));
            careless.commitTransaction();
        }
        assertEquals(BranchOutcome.HEURISTIC_HAZARD, told(branch));
        assertEquals(0, lab.seen("replaced"));
    }

    @Test
    void whatSomebodyElseSendsUnderTheIdIsNotCommitted() throws Exception {
        BranchId branch = nextBranch();
        assertEquals(Prepared.yes(), resource.prepare(branch, KafkaLab.bytes("own")));
        try (Producer<byte[], byte[]> careless = lab.producer(branch.toString())) {
            careless.initTransactions();
            careless.beginTransaction();
            KafkaLab.send(careless, KafkaLab.record("others"));
            careless.flush();
            HeuristicException told = assertThrows(HeuristicException.class, () -> resource.commit(branch));
            assertEquals(BranchOutcome.HEURISTIC_HAZARD, told.outcome());
            careless.abortTransaction();
        }
        assertEquals(0, lab.seen("others"));
    }

    @Test
    void whatIsForgottenNeedsNoEvidence() throws Exception {
        BranchId branch = nextBranch();
        assertEquals(
                BranchOutcome.HEURISTIC_HAZARD,
                assertThrows(HeuristicException.class, () -> resource.commit(branch))
                        .outcome());
        BranchId another = nextBranch();
        KafkaResource told = (KafkaResource) lab.open();
        told.forgetBefore(INSTALLATION, 2);
        assertDoesNotThrow(() -> told.commit(another));
    }

    /** A coordinator that is busy, loads or has moved is asked again, and anything unforeseen is unknown. */
    @Test
    void onlyWhatLookingAgainTellsIsLookedAtAgain() throws Exception {
        BranchId branch = nextBranch();
        for (Errors again : List.of(
                Errors.INVALID_TXN_STATE,
                Errors.INVALID_PRODUCER_EPOCH,
                Errors.PRODUCER_FENCED,
                Errors.INVALID_PRODUCER_ID_MAPPING,
                Errors.CONCURRENT_TRANSACTIONS,
                Errors.COORDINATOR_LOAD_IN_PROGRESS,
                Errors.COORDINATOR_NOT_AVAILABLE,
                Errors.NOT_COORDINATOR)) {
            assertFalse(CoordinatorTransactions.went(branch, "ended", again), again::toString);
        }
        assertTrue(CoordinatorTransactions.went(branch, "ended", Errors.NONE));
        assertThrows(
                IOException.class,
                () -> CoordinatorTransactions.went(branch, "ended", Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED));
    }

    @Test
    void exactlyWhatIsCommittedIsRead() throws Exception {
        int committed = 0;
        for (int i = 0; i < 8; i++) {
            BranchId branch = nextBranch();
            assertEquals(Prepared.yes(), resource.prepare(branch, KafkaLab.bytes("mixed mixed")));
            assertEquals(committed, lab.seen("mixed"));
            if (i % 2 == 0) {
                resource.commit(branch);
                committed += 2;
            } else {
                resource.rollback(branch);
            }
        }
        assertEquals(8, lab.seen("mixed"));
    }

    @Test
    void brokersThatCannotKeepThePromiseAreRefused() {
        PreflightException told = assertThrows(
                PreflightException.class,
                () -> with(Map.of()).promise(Duration.ofDays(1)).open());
        assertEquals(1, told.findings().size(), told.getMessage());
        assertTrue(
                told.findings().get(0).contains("transaction.max.timeout.ms of broker 1 is 3600000"),
                told.getMessage());
        PreflightException own = assertThrows(
                PreflightException.class,
                () -> with(Map.of("transaction.timeout.ms", 3_600_001)).open());
        assertTrue(own.getMessage().startsWith("transaction.timeout.ms is 3600001"), own.getMessage());
    }

    @Test
    void brokersThatDoNotAnswerAreNamed() throws Exception {
        Map<String, Object> nowhere = KafkaServer.clientSettings(
                "127.0.0.1:" + ZooKeeperProcesses.freePorts(1).get(0));
        nowhere.put("default.api.timeout.ms", 1_000);
        nowhere.put("request.timeout.ms", 500);
        PreflightException told = assertThrows(PreflightException.class, KafkaLab.builder(nowhere)::open);
        assertTrue(told.getMessage().contains("bootstrap.servers"), told.getMessage());
    }

    @Test
    void brokersOfAnOldTransactionVersionAreRefused() throws Exception {
        try (Admin admin = Admin.create(lab.kafka().clientSettings())) {
            upgrade(admin, (short) 1, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE);
            try {
                // The broker shows it a moment later.
                Await.until("the broker is told to be too old", () -> {
                    try (KafkaResource opened = with(Map.of()).open()) {
                        return opened.kind().isEmpty();
                    } catch (PreflightException e) {
                        return e.getMessage().startsWith("transaction.version is 1, and 2 is needed")
                                && e.findings().size() == 1;
                    }
                });
            } finally {
                upgrade(admin, (short) 2, FeatureUpdate.UpgradeType.UPGRADE);
                Await.until("the broker is itself again", () -> {
                    try (KafkaResource opened = with(Map.of()).open()) {
                        return !opened.kind().isEmpty();
                    } catch (PreflightException e) {
                        return false;
                    }
                });
            }
        }
    }

    private static void upgrade(Admin admin, short version, FeatureUpdate.UpgradeType how) throws Exception {
        admin.updateFeatures(
                        Map.of("transaction.version", new FeatureUpdate(version, how)), new UpdateFeaturesOptions())
                .all()
                .get();
    }

    @Test
    void settingsThatAreWrongAreNamed() {
        PreflightException timeout = assertThrows(
                PreflightException.class,
                () -> with(Map.of("transaction.timeout.ms", "soon")).open());
        assertTrue(timeout.getMessage().startsWith("transaction.timeout.ms is soon, its bounds"), timeout.getMessage());
        PreflightException address = assertThrows(
                PreflightException.class,
                () -> with(Map.of("bootstrap.servers", "nowhere.invalid:9092")).open());
        assertTrue(address.getMessage().contains("No resolvable bootstrap urls"), address.getMessage());
    }

    @Test
    void settingsThatAreTheAdaptersAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> with(Map.of("transactional.id", "mine")));
        assertThrows(IllegalArgumentException.class, () -> with(Map.of()).promise(Duration.ofMillis(999)));
    }
}
