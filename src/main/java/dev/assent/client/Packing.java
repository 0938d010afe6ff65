package dev.assent.client;

import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.store.Loop;
import dev.assent.store.Records;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Draws ids, and with them says which transactions share their znodes: those whose begins waited for an earlier multi to be
 * answered, go in the same one, and have the same participants. With few in flight none waits for company, and each has
 * znodes of its own. Lives on the loop.
 */
final class Packing {
    /** Fewer are not worth that a change of one makes the others read again. */
    private static final int FEWEST = 4;
    /** What all of them may have in one znode: it is written as a whole. */
    private static final long MOST_BYTES = 100_000;

    /**
     * What begins have to agree about.
     *
     * @param participants none for enlisted work, whose list is not known yet: it is always alone
     */
    record Kind(long generation, List<String> participants) {}

    /**
     * An id.
     *
     * @param bundle a number that this initiator gave to nobody but those who share this one's znodes
     */
    record Drawn(TransactionId id, long bundle) {}

    private static final class Bundle {
        final long number;
        final long random;
        final int size;
        int taken;
        long bytes;

        Bundle(long number, long random, int size) {
            this.number = number;
            this.random = random;
            this.size = size;
        }

        boolean hasRoom(long more) {
            return taken < size && bytes + more <= MOST_BYTES;
        }
    }

    private final Loop loop;
    private final LongSupplier random;
    private final int most;
    private final Map<Kind, Integer> waiting = new HashMap<>();
    private Kind measured;
    private long measuredBytes;
    private long bundles;
    private final Map<Kind, Bundle> open = new HashMap<>();

    /**
     * @param most how many may share their znodes, 1 for none
     */
    Packing(Loop loop, LongSupplier random, int most) {
        this.loop = loop;
        this.random = random;
        this.most = most;
    }

    /** What the begin of {@code record} takes, with the longest id; what is the same for the whole kind is added up once. */
    long beginBytes(Kind kind, TransactionRecord record, Map<String, byte[]> entries) {
        long content = Records.begin(record).length;
        for (String name : kind.participants()) {
            content += entries.get(name).length;
        }
        if (!kind.equals(measured)) {
            measured = kind;
            measuredBytes = Multi.begin(TransactionId.of(kind.generation(), 0), record, entries)
                            .estimatedBytes()
                    - content;
        }
        return measuredBytes + content;
    }

    /** A begin of {@code kind} waits to be sent. */
    void waits(Kind kind) {
        waiting.merge(kind, 1, Integer::sum);
    }

    /** One that waited is sent no more. */
    void left(Kind kind) {
        waiting.computeIfPresent(kind, (same, count) -> count == 1 ? null : count - 1);
    }

    /**
     * The id of one that waited and is sent now; those that are sent in the same turn go in the same multi.
     *
     * @param bytes what its begin takes
     */
    Drawn sent(Kind kind, long bytes) {
        int company = waiting.getOrDefault(kind, 1);
        left(kind);
        Bundle bundle = open.get(kind);
        // Those that come after the first may be far larger: a large one stays alone, and leaves the rest together.
        if (bundle == null || !bundle.hasRoom(bytes)) {
            boolean alone = kind.participants().isEmpty();
            int size = alone ? 1 : (int) Math.min(Math.min(company, most), MOST_BYTES / Math.max(1, bytes));
            if (size < FEWEST) {
                return new Drawn(TransactionId.alone(kind.generation(), random.getAsLong()), ++bundles);
            }
            if (open.isEmpty()) {
                loop.execute(open::clear);
            }
            bundle = new Bundle(++bundles, random.getAsLong(), size);
            open.put(kind, bundle);
        }
        bundle.taken++;
        bundle.bytes += bytes;
        return new Drawn(
                TransactionId.together(kind.generation(), bundle.random, bundle.size, bundle.taken), bundle.number);
    }
}
