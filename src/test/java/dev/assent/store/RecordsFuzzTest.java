package dev.assent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.Slot;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Verdict;
import dev.assent.protocol.Vote;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whatever bytes a node holds, decoding answers or throws {@link MalformedRecordException}: never anything else (rule 12). */
class RecordsFuzzTest {
    private static final int INPUTS = 100_000;
    private static final long SEED = 20_260_101;
    private static final Verdict VERDICT = new Verdict(Decision.ABORT, 7, "no \"reason\"");

    private static final List<String> SPLICES = List.of(
            "\0",
            "null",
            "[]",
            "{}",
            "\"\"",
            "-1",
            "1e9999",
            "9".repeat(30),
            "true",
            "\"v\":1,",
            "\\ud800",
            "\\u0000",
            "[".repeat(40),
            "{\"a\":".repeat(40),
            "\"",
            ",",
            "é",
            "😀",
            "\u00ff\u00fe",
            "\"participants\":",
            "\"decision\":");

    private static Map<String, Consumer<byte[]>> decoders() {
        Map<String, Consumer<byte[]>> decoders = new LinkedHashMap<>();
        decoders.put("installation", Records::installation);
        decoders.put("epoch", Records::epoch);
        decoders.put("generation", Records::currentGeneration);
        decoders.put("record", Records::record);
        decoders.put("decide", data -> Records.record(Records.decide(data, VERDICT)));
        decoders.put("list", Records::list);
        decoders.put("inbox entry", data -> Records.inboxEntry(Records.inboxEntry(Records.inboxEntry(data))));
        decoders.put("registration", Records::registration);
        decoders.put("presence", data -> Records.presence(Records.presence(Records.presence(data))));
        decoders.put("replica", data -> Records.replica(Records.replica(Records.replica(data))));
        decoders.put("operation", data -> Records.operation(Records.operation(Records.operation(data))));
        decoders.put("history", data -> Records.historyPage(Records.historyPage(Records.historyPage(data))));
        decoders.put("heuristic", data -> Records.heuristic(Records.heuristic(Records.heuristic(data))));
        decoders.put(
                "slot", data -> Records.slot(RecordsTest.node(1, data)).slot().ifPresent(Records::slot));
        return decoders;
    }

    private static List<byte[]> valid() {
        TransactionId id = TransactionId.of(3, 5);
        TransactionRecord record = new TransactionRecord(
                List.of("bank", "stock"), false, Duration.ofSeconds(1), "i", Optional.of("t"), Optional.empty());
        Slot slot = Slot.vote(Vote.YES, "i", "00000000000000aa", "r", "why");
        return List.of(
                Records.installation(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff")),
                Records.epoch("c"),
                Records.currentGeneration(4),
                Records.begin(record),
                Records.decide(Records.begin(record), VERDICT),
                Records.list(List.of("bank")),
                Records.inboxEntry(InboxEntry.work(new byte[] {0, 1})),
                Records.inboxEntry(InboxEntry.enlisted("i", "00000000000000aa")),
                Records.registration("file"),
                Records.presence(new Records.Presence("00000000000000aa", "r")),
                Records.operation(Operation.request(Operation.Kind.FORGET, id, "a", "r")),
                Records.historyPage(Map.of(id, OutcomeState.COMMITTED)),
                Records.heuristic(new Records.Heuristic(
                        OutcomeState.ABORTED,
                        Map.of("bank", BranchOutcome.HEURISTIC_COMMIT),
                        Map.of("bank", "it was there"))),
                Records.slot(slot),
                Records.slot(slot.acknowledged(BranchOutcome.COMMITTED, "")));
    }

    private static byte[] mutated(byte[] good, Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int edits = 1 + random.nextInt(3);
        int rate = Math.max(1, good.length / edits);
        for (byte b : good) {
            switch (random.nextInt(rate) == 0 ? random.nextInt(5) : 5) {
                case 0 -> out.write(random.nextInt(256));
                case 1 -> out.write(b ^ 1 << random.nextInt(8));
                case 2 ->
                    out.writeBytes(SPLICES.get(random.nextInt(SPLICES.size())).getBytes(StandardCharsets.UTF_8));
                case 3 -> out.writeBytes(good);
                case 4 -> {}
                default -> out.write(b);
            }
        }
        byte[] result = out.toByteArray();
        return random.nextInt(10) == 0 ? Arrays.copyOf(result, random.nextInt(result.length + 1)) : result;
    }

    @Test
    void decodingEndsInAnAnswerOrInMalformed() {
        Random random = new Random(SEED);
        List<Map.Entry<String, Consumer<byte[]>>> decoders =
                List.copyOf(decoders().entrySet());
        List<byte[]> valid = valid();
        int answered = 0;
        int malformed = 0;
        for (int input = 0; input < INPUTS; input++) {
            byte[] data;
            if (random.nextInt(20) == 0) {
                data = new byte[random.nextInt(64)];
                random.nextBytes(data);
            } else {
                data = mutated(valid.get(random.nextInt(valid.size())), random);
            }
            Map.Entry<String, Consumer<byte[]>> decoder = decoders.get(random.nextInt(decoders.size()));
            try {
                decoder.getValue().accept(data);
                answered++;
            } catch (MalformedRecordException e) {
                malformed++;
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError(
                        "input " + input + " as " + decoder.getKey() + ": " + new String(data, StandardCharsets.UTF_8),
                        e);
            }
        }
        assertEquals(INPUTS, answered + malformed);
        assertTrue(
                answered > INPUTS / 100 && malformed > INPUTS / 2, answered + " answered, " + malformed + " malformed");
    }

    /** What every transaction is read from is parsed without a tree of nodes: no less strictly than with one. */
    @Test
    void bothWaysOfParsingTakeTheSame() {
        Random random = new Random(SEED + 1);
        List<byte[]> valid = valid();
        int taken = 0;
        for (int input = 0; input < INPUTS; input++) {
            byte[] data = mutated(valid.get(random.nextInt(valid.size())), random);
            Optional<String> tree = refusal(() -> Json.parse("it", data, node -> node));
            Optional<String> fields = refusal(() -> Json.fields("it", data, read -> read));
            assertEquals(
                    tree.isEmpty(),
                    fields.isEmpty(),
                    () -> new String(data, StandardCharsets.UTF_8) + "\n" + tree + "\n" + fields);
            taken += tree.isEmpty() ? 1 : 0;
        }
        assertTrue(taken > INPUTS / 100, "only " + taken + " were taken");
    }

    private static Optional<String> refusal(Runnable parsing) {
        try {
            parsing.run();
            return Optional.empty();
        } catch (MalformedRecordException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
