package dev.assent.adapter.kafka;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import dev.assent.adapter.RefusedException;
import dev.assent.participant.EnlistedBranch;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.Enlistment;
import dev.assent.protocol.TransactionId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Services that work with a branch's producer, and the consumed offsets that they send. */
class KafkaEnlistTest {
    private static final String PARTICIPANT = "working";
    private static final UUID INSTALLATION = UUID.randomUUID();
    private static final AtomicLong NUMBER = new AtomicLong();
    private static KafkaLab lab;

    @BeforeAll
    static void start() throws Exception {
        lab = KafkaLab.shared();
    }

    @AfterAll
    static void close() throws Exception {
        lab.closeOpened();
    }

    private KafkaResource resource;

    @BeforeEach
    void openResource() throws Exception {
        resource = (KafkaResource) lab.open();
    }

    private static BranchId nextBranch() {
        long number = NUMBER.incrementAndGet();
        return new BranchId(
                INSTALLATION, TransactionId.of(1, number), PARTICIPANT, String.format("%016x", 0xcaff_0000L + number));
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

    @Test
    void consumedOffsetsArePartOfTheBranch() throws Exception {
        TopicPartition input = new TopicPartition(KafkaLab.TOPIC, 0);
        for (boolean commit : new boolean[] {false, true}) {
            BranchId branch = nextBranch();
            String group = "group-" + commit;
            KafkaBranch work = resource.open(enlisted(branch));
            work.producer().sendOffsetsToTransaction(Map.of(input, new OffsetAndMetadata(5)), groupMetadata(group));
            assertEquals(Prepared.yes(), resource.prepare(branch, new byte[0]));
            assertEquals(Optional.empty(), offset(group, input));
            if (commit) {
                resource.commit(branch);
                Await.until("the offset is there", () -> offset(group, input).equals(Optional.of(5L)));
            } else {
                resource.rollback(branch);
                assertEquals(Optional.empty(), offset(group, input));
            }
        }
    }

    private static ConsumerGroupMetadata groupMetadata(String group) {
        Map<String, Object> settings = lab.kafka().clientSettings();
        settings.put("group.id", group);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return consumer.groupMetadata();
        }
    }

    private static Optional<Long> offset(String group, TopicPartition partition) throws Exception {
        try (Admin admin = Admin.create(lab.kafka().clientSettings())) {
            return Optional.ofNullable(admin.listConsumerGroupOffsets(group)
                            .partitionsToOffsetAndMetadata()
                            .get()
                            .get(partition))
                    .map(OffsetAndMetadata::offset);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServiceWorksWithTheBranchsProducer(boolean commit) throws Exception {
        BranchId branch = nextBranch();
        String key = "enlisted-" + commit;
        KafkaBranch work = resource.open(enlisted(branch));
        assertEquals(branch, work.id());
        KafkaLab.send(work.producer(), KafkaLab.record(key));
        assertThrows(IllegalStateException.class, work.producer()::commitTransaction);
        assertThrows(IllegalStateException.class, work.producer()::abortTransaction);
        assertThrows(IllegalStateException.class, work.producer()::initTransactions);
        assertThrows(IllegalStateException.class, work.producer()::beginTransaction);
        assertThrows(IllegalStateException.class, work.producer()::close);
        KafkaLab.send(work.producer(), KafkaLab.record(key));
        if (commit) {
            assertEquals(Prepared.yes(), resource.prepare(branch, new byte[0]));
        } else {
            resource.rollback(branch);
        }
        assertThrows(IllegalStateException.class, () -> KafkaLab.send(work.producer(), KafkaLab.record(key)));
        if (commit) {
            resource.commit(branch);
        } else {
            assertNotEquals(Prepared.yes(), resource.prepare(branch, new byte[0]));
        }
        assertNothingOpen();
        assertEquals(commit ? 2 : 0, lab.seen(key));
    }

    @Test
    void aServiceThatAsksAgainGetsTheSameBranch() throws Exception {
        BranchId branch = nextBranch();
        KafkaLab.send(resource.open(enlisted(branch)).producer(), KafkaLab.record("asked"));
        KafkaLab.send(resource.open(enlisted(branch)).producer(), KafkaLab.record("asked"));
        assertEquals(Prepared.yes(), resource.prepare(branch, new byte[0]));
        assertThrows(RefusedException.class, () -> resource.open(enlisted(branch)));
        resource.commit(branch);
        assertEquals(2, lab.seen("asked"));
    }

    /** Its initiator gave up, and nobody will ask to prepare it or roll it back again. */
    @Test
    void aBranchThatIsRolledBackWhileItIsOpenedKeepsNoProducer() throws Exception {
        BranchId branch = nextBranch();
        AtomicReference<KafkaResource> self = new AtomicReference<>();
        CompletableFuture<Void> looked = new CompletableFuture<>();
        CompletableFuture<Void> opened = new CompletableFuture<>();
        AtomicReference<CompletableFuture<Void>> rollback = new AtomicReference<>();
        Thread opener = Thread.currentThread();
        self.set(KafkaLab.observed(with(Map.of()), method -> {
            if (method.equals("claim") && Thread.currentThread() == opener) {
                // It finds no producer to end, and fences once the branch has begun.
                rollback.set(CompletableFuture.runAsync(
                        () -> assertDoesNotThrow(() -> self.get().rollback(branch))));
                looked.get();
            } else if (method.equals("find") && Thread.currentThread() != opener && looked.complete(null)) {
                opened.get();
            }
        }));
        try (KafkaResource opening = self.get()) {
            Producer<byte[], byte[]> producer = opening.open(enlisted(branch)).producer();
            opened.complete(null);
            rollback.get().get();
            assertThrows(IllegalStateException.class, () -> KafkaLab.send(producer, KafkaLab.record("orphan")));
        }
    }

    @Test
    void offsetsOfNobodyDoNotCount() throws Exception {
        BranchId branch = nextBranch();
        resource.open(enlisted(branch)).producer().sendOffsetsToTransaction(Map.of(), groupMetadata("nobody"));
        assertEquals(Prepared.readOnly(), resource.prepare(branch, new byte[0]));
    }

    /** What a member of the group knew before it left. */
    private static ConsumerGroupMetadata leftGroup(String group) {
        Map<String, Object> settings = lab.kafka().clientSettings();
        settings.put("group.id", group);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(KafkaLab.TOPIC));
            while (consumer.assignment().isEmpty()) {
                consumer.poll(Duration.ofMillis(100));
            }
            return consumer.groupMetadata();
        }
    }

    @Test
    void offsetsOfAGroupThatMovedOnAreRefused() throws Exception {
        BranchId branch = nextBranch();
        KafkaBranch work = resource.open(enlisted(branch));
        KafkaLab.send(work.producer(), KafkaLab.record("moved"));
        ConsumerGroupMetadata stale = leftGroup("moved");
        assertThrows(
                KafkaException.class,
                () -> work.producer()
                        .sendOffsetsToTransaction(
                                Map.of(new TopicPartition(KafkaLab.TOPIC, 0), new OffsetAndMetadata(5)), stale));
        Prepared answer = resource.prepare(branch, new byte[0]);
        assertEquals(Prepared.Answer.NO, answer.answer());
        assertTrue(answer.reason().contains("metadata mismatch"), answer.reason());
        assertNothingOpen();
        assertEquals(0, lab.seen("moved"));
    }

    @Test
    void aTopicThatIsDeletedDoesNotHoldTheRestUp() throws Exception {
        lab.kafka().createTopic("doomed", 2);
        BranchId branch = nextBranch();
        KafkaBranch work = resource.open(enlisted(branch));
        KafkaLab.send(work.producer(), new ProducerRecord<>("doomed", 0, new byte[0], new byte[0]));
        KafkaLab.send(work.producer(), new ProducerRecord<>("doomed", 1, new byte[0], new byte[0]));
        KafkaLab.send(work.producer(), KafkaLab.record("rest"));
        assertEquals(Prepared.yes(), resource.prepare(branch, new byte[0]));
        try (Admin admin = Admin.create(lab.kafka().clientSettings())) {
            admin.deleteTopics(List.of("doomed")).all().get();
        }
        resource.commit(branch);
        assertEquals(1, lab.seen("rest"));
    }

    @Test
    void aServiceThatSentNothingIsReadOnly() throws Exception {
        BranchId branch = nextBranch();
        KafkaBranch work = resource.open(enlisted(branch));
        assertFalse(work.producer().partitionsFor(KafkaLab.TOPIC).isEmpty());
        assertEquals(Prepared.readOnly(), resource.prepare(branch, new byte[0]));
        assertNothingOpen();
    }

    @Test
    void aServiceWhoseRecordWasLostIsRefused() throws Exception {
        BranchId branch = nextBranch();
        KafkaBranch work = resource.open(enlisted(branch));
        KafkaLab.send(work.producer(), KafkaLab.record("lost"));
        KafkaLab.send(work.producer(), KafkaLab.tooLarge());
        assertEquals(Prepared.Answer.NO, resource.prepare(branch, new byte[0]).answer());
        assertNothingOpen();
        assertEquals(0, lab.seen("lost"));
    }
}
