package dev.assent.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.CommitProtocol;
import dev.assent.protocol.Decision;
import dev.assent.protocol.Slot;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Verdict;
import dev.assent.protocol.Vote;
import dev.assent.store.InboxEntry;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult;
import dev.assent.zookeeper.ZooKeeperConfig;
import dev.assent.zookeeper.ZooKeeperStores;
import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.ServerConfiguration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same participant on a real server, with real threads: a batch of transactions, and a change of process in it. */
class ParticipantOnZooKeeperTest {
    private static final String BANK = "bank";
    private static final int TRANSACTIONS = 30;

    @TempDir
    private Path directory;

    private Session hand;

    @Test
    void worksAndIsTakenOverOnZooKeeper() throws Exception {
        MemoryResource disk = new SharedResource();
        ExecutorService pool = Executors.newFixedThreadPool(9);
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(ServerConfiguration.standalone(directory, 0));
                Store mine = connect(server);
                Store first = connect(server);
                Store second = connect(server)) {
            hand = session(mine);
            write(
                    Op.create(Paths.ROOT, Records.installation(UUID.randomUUID())),
                    Op.createEmpty(Paths.PARTICIPANTS),
                    Op.create(Paths.TRANSACTIONS, Records.currentGeneration(1)),
                    Op.create(Paths.generation(1), Records.generation(false)));
            Participant one = start(first, disk, pool, 1);
            Await.until("inbox", () -> read(Paths.inbox(BANK, 1)).isPresent());
            List<TransactionId> ids = new ArrayList<>();
            for (int i = 0; i < TRANSACTIONS; i++) {
                ids.add(begin(i));
            }
            for (TransactionId id : ids) {
                Await.until("a vote", () -> slot(id).votes(Vote.YES));
            }
            for (TransactionId id : ids.subList(0, TRANSACTIONS / 2)) {
                decide(id, Decision.COMMIT);
            }
            one.close().get(30, TimeUnit.SECONDS);
            Participant two = start(second, disk, pool, 2);
            for (TransactionId id : ids.subList(TRANSACTIONS / 2, TRANSACTIONS)) {
                decide(id, Decision.ABORT);
            }
            for (TransactionId id : ids) {
                Await.until("an acknowledgement", () -> slot(id).status() == SlotView.Status.FINISHED);
                BranchOutcome expected =
                        ids.indexOf(id) < TRANSACTIONS / 2 ? BranchOutcome.COMMITTED : BranchOutcome.ABORTED;
                assertEquals(expected, slot(id).slot().flatMap(Slot::outcome).orElseThrow());
            }
            Await.until("nothing left", () -> two.status().get().branches() == 0);
            assertTrue(hand.children(Paths.inbox(BANK, 1)).get().orElseThrow().isEmpty());
            two.retire().get(30, TimeUnit.SECONDS);
            assertTrue(read(Paths.participant(BANK)).isEmpty());
        } finally {
            pool.shutdownNow();
        }
    }

    /** Threads of the pool share it. */
    private static final class SharedResource extends MemoryResource {
        SharedResource() {
            super("disk-1");
        }

        @Override
        public synchronized Prepared prepare(BranchId branch, byte[] payload) throws Exception {
            return super.prepare(branch, payload);
        }

        @Override
        public synchronized void commit(BranchId branch) throws Exception {
            super.commit(branch);
        }

        @Override
        public synchronized void rollback(BranchId branch) throws Exception {
            super.rollback(branch);
        }

        @Override
        public synchronized Collection<BranchId> recover(String participant) throws Exception {
            return super.recover(participant);
        }
    }

    private static Store connect(EmbeddedZooKeeper server) {
        return ZooKeeperStores.connect(server.connectString(), "/assent", ZooKeeperConfig.defaults());
    }

    private static Participant start(Store store, Resource resource, ExecutorService pool, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Participant participant = new Participant(
                store,
                CommitProtocol.standard(),
                ParticipantConfig.of(BANK).withBounds(4, 100, 100),
                resource,
                pool,
                random::nextLong);
        participant.start();
        return participant;
    }

    private static Session session(Store store) throws Exception {
        CompletableFuture<Session> connected = new CompletableFuture<>();
        store.listen(new Store.SessionListener() {
            @Override
            public void connected(Session session) {
                connected.complete(session);
            }

            @Override
            public void suspended() {}
        });
        return connected.get(30, TimeUnit.SECONDS);
    }

    private void write(Op... operations) throws Exception {
        WriteResult result = hand.write(List.of(operations)).get(30, TimeUnit.SECONDS);
        assertTrue(result.ok(), () -> List.of(operations) + ": " + result);
    }

    private Optional<Node> read(String path) throws Exception {
        return hand.read(path).get(30, TimeUnit.SECONDS);
    }

    private SlotView slot(TransactionId id) throws Exception {
        return Records.slot(read(Paths.slot(id, BANK)));
    }

    private TransactionId begin(int number) throws Exception {
        TransactionId id = TransactionId.of(1, number);
        TransactionRecord record = new TransactionRecord(
                List.of(BANK, "shop"), false, Duration.ofSeconds(30), "test", Optional.empty(), Optional.empty());
        write(
                Op.create(Paths.record(id), Records.begin(record)),
                Op.createEmpty(Paths.slot(id, BANK)),
                Op.createEmpty(Paths.slot(id, "shop")),
                Op.create(
                        Paths.inboxEntry(BANK, id),
                        Records.inboxEntry(InboxEntry.work("pay".getBytes(StandardCharsets.UTF_8)))));
        return id;
    }

    private void decide(TransactionId id, Decision decision) throws Exception {
        byte[] undecided = read(Paths.record(id)).orElseThrow().data();
        write(Op.set(Paths.record(id), Records.decide(undecided, new Verdict(decision, 7, "test")), 0));
    }
}
