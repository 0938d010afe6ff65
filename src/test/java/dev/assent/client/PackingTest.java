package dev.assent.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.assent.protocol.TransactionId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which transactions share their znodes. */
class PackingTest {
    private static final Packing.Kind TWO = new Packing.Kind(1, List.of("orders", "payments"));
    private static final long BYTES = 500;

    private final VirtualLoop loop = new VirtualLoop();
    private final Packing packing = packing(TransactionId.MOST_TOGETHER);

    private Packing packing(int most) {
        return new Packing(loop, new Random(3)::nextLong, most);
    }

    private static List<TransactionId> send(Packing packing, Packing.Kind kind, int count, long bytes) {
        for (int i = 0; i < count; i++) {
            packing.waits(kind);
        }
        List<TransactionId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(packing.sent(kind, bytes).id());
        }
        assertEquals(count, new HashSet<>(ids).size());
        return ids;
    }

    private static String places(List<TransactionId> ids) {
        return ids.stream().map(id -> id.suffix().substring(12)).toList().toString();
    }

    private static long znodes(List<TransactionId> ids) {
        return ids.stream().map(id -> id.suffix().substring(0, 12)).distinct().count();
    }

    @Test
    void whoeverWaitedWithOthersSharesZnodes() {
        List<TransactionId> ids = send(packing, TWO, 5, BYTES);
        assertEquals("[0501, 0502, 0503, 0504, 0505]", places(ids));
        assertEquals(1, znodes(ids));
    }

    @Test
    void aFewStayAlone() {
        assertEquals("[0000, 0000, 0000]", places(send(packing, TWO, 3, BYTES)));
    }

    @Test
    void aZnodeIsBoundedInNumberAndBytes() {
        assertEquals(3, znodes(send(packing, TWO, 150, BYTES)));
        assertEquals("[0501, 0502, 0503, 0504, 0505, 0000]", places(send(packing, TWO, 6, 20_000)));
        assertEquals("[0000, 0000, 0000, 0000, 0000]", places(send(packing, TWO, 5, 90_000)));
    }

    /** A znode is written as a whole: beside small ones a large one would not fit into any request. */
    @Test
    void aLargeOneBesideSmallOnesStaysAlone() {
        for (int i = 0; i < 5; i++) {
            packing.waits(TWO);
        }
        List<TransactionId> ids = new ArrayList<>();
        for (long bytes : List.of(BYTES, 80_000L, 700_000L, BYTES, 15_000L)) {
            ids.add(packing.sent(TWO, bytes).id());
        }
        assertEquals("[0501, 0502, 0000, 0503, 0504]", places(ids));
    }

    @Test
    void noneSharesWhereItIsTurnedOff() {
        assertEquals("[0000, 0000, 0000, 0000, 0000]", places(send(packing(1), TWO, 5, BYTES)));
    }

    @Test
    void enlistedWorkStaysAlone() {
        Packing.Kind open = new Packing.Kind(1, List.of());
        assertEquals("[0000, 0000, 0000, 0000, 0000]", places(send(packing, open, 5, BYTES)));
    }

    @Test
    void onlyThoseWithTheSameParticipantsShare() {
        Packing.Kind other = new Packing.Kind(1, List.of("orders"));
        for (int i = 0; i < 4; i++) {
            packing.waits(TWO);
            packing.waits(other);
        }
        TransactionId one = packing.sent(TWO, BYTES).id();
        TransactionId two = packing.sent(other, BYTES).id();
        assertEquals("[0401, 0401]", places(List.of(one, two)));
        assertNotEquals(one, two);
    }

    @Test
    void whoeverIsSentLaterIsInAnotherZnode() {
        for (int i = 0; i < 8; i++) {
            packing.waits(TWO);
        }
        TransactionId early = packing.sent(TWO, BYTES).id();
        loop.run(java.time.Duration.ZERO);
        TransactionId late = packing.sent(TWO, BYTES).id();
        assertEquals("[0801, 0701]", places(List.of(early, late)));
        assertEquals(2, znodes(List.of(early, late)));
    }

    @Test
    void whoeverGaveUpIsNotCounted() {
        for (int i = 0; i < 4; i++) {
            packing.waits(TWO);
        }
        packing.left(TWO);
        assertEquals("[0000]", places(List.of(packing.sent(TWO, BYTES).id())));
    }
}
