package dev.assent.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.Names;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.Slot;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Verdict;
import dev.assent.protocol.Vote;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Every record format of the tree: one small JSON object with {@code "v":1} each, fixed schemas. Decoding throws a
 * {@link MalformedRecordException} for anything else, which a role reports and steps over (rule 12). Stateless.
 */
public final class Records {
    /** The room that a begin leaves in a request for the decision's fields (section 1). */
    public static final int DECISION_RESERVE_BYTES = 1_024;

    /** The most characters of a reason or detail that are kept. */
    public static final int MAX_REASON = 500;

    /** The most bytes of a reason or detail, escaped: with the decision's other fields they fit the reserve. */
    private static final int MAX_REASON_BYTES = 900;

    /** What every transaction has is read, and put together, once for all that have the same. */
    private static final int MOST_REMEMBERED_BYTES = 4_096;

    private static final Function<byte[], TransactionRecord> RECORDS =
            Memo.ofContents(MOST_REMEMBERED_BYTES, Records::readRecord);
    private static final Function<byte[], Slot> SLOTS = Memo.ofContents(MOST_REMEMBERED_BYTES, Records::readSlot);
    private static final Memo<TransactionRecord, byte[]> BEGINS =
            new Memo<>(TransactionRecord::equals, Records::writeBegin);
    private static final Memo<Slot, byte[]> VOTES = new Memo<>(Slot::equals, Records::writeSlot);
    private static final Memo<Decided, byte[]> DECIDED = new Memo<>(Decided::same, Decided::write);

    private Records() {}

    /** The root: which installation this is. */
    public static byte[] installation(UUID id) {
        return Json.bytes(Json.object().put("installation", id.toString()));
    }

    public static UUID installation(byte[] data) {
        return Json.parse("installation", data, node -> {
            String text = Json.text(node, "installation");
            UUID id = UUID.fromString(text);
            if (!id.toString().equals(text)) {
                throw new IllegalArgumentException("'" + text + "' is not a UUID in its usual form");
            }
            return id;
        });
    }

    public static byte[] epoch(String coordinator) {
        return Json.bytes(Json.object().put("coordinator", coordinator));
    }

    /** Which coordinator wrote the epoch. */
    public static String epoch(byte[] data) {
        return Json.parse("epoch", data, node -> Json.text(node, "coordinator"));
    }

    public static byte[] currentGeneration(long generation) {
        return Json.bytes(Json.object().put("generation", generation));
    }

    public static long currentGeneration(byte[] data) {
        return Json.parse("transactions", data, node -> Json.number(node, "generation"));
    }

    public static byte[] generation(boolean sealed) {
        return Json.bytes(Json.object().put("state", sealed ? "sealed" : "open"));
    }

    /** A record as its initiator writes it. */
    public static byte[] begin(TransactionRecord record) {
        return BEGINS.get(record);
    }

    private static byte[] writeBegin(TransactionRecord record) {
        ObjectNode node = Json.object();
        if (record.enlisted()) {
            node.put("enlisted", true);
        } else {
            record.participants().forEach(node.putArray("participants")::add);
        }
        node.put("timeoutMillis", record.timeout().toMillis()).put("initiator", record.initiator());
        record.trace().ifPresent(trace -> node.put("trace", trace));
        return Json.bytes(node);
    }

    /** The record {@code undecided} with its decision; fields that this release does not know are kept. */
    public static byte[] decide(byte[] undecided, Verdict verdict) {
        return DECIDED.get(new Decided(undecided, verdict));
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by content
    private record Decided(byte[] undecided, Verdict verdict) {
        boolean same(Decided other) {
            return verdict.equals(other.verdict) && Arrays.equals(undecided, other.undecided);
        }

        byte[] write() {
            return writeDecided(undecided, verdict);
        }
    }

    private static byte[] writeDecided(byte[] undecided, Verdict verdict) {
        boolean fresh = Json.fields(
                "record",
                undecided,
                fields -> !fields.has("decision") && !fields.has("epoch") && !fields.has("reason"));
        if (fresh) {
            return Json.appended(undecided, decided(Json.bare(), verdict));
        }
        return Json.parse("record", undecided, node -> Json.bytes(decided(node.deepCopy(), verdict)));
    }

    private static ObjectNode decided(ObjectNode node, Verdict verdict) {
        return node.put("decision", verdict.decision().name())
                .put("epoch", verdict.epoch())
                .put("reason", clip(verdict.reason()));
    }

    public static TransactionRecord record(byte[] data) {
        return RECORDS.apply(data);
    }

    private static TransactionRecord readRecord(byte[] data) {
        return Json.fields("record", data, fields -> {
            boolean enlisted = fields.has("enlisted") && fields.flag("enlisted");
            if (enlisted && fields.has("participants")) {
                throw new IllegalArgumentException("an enlisted record lists its participants later");
            }
            Optional<Verdict> verdict = fields.has("decision")
                    ? Optional.of(new Verdict(
                            Decision.valueOf(fields.text("decision")), fields.number("epoch"), fields.text("reason")))
                    : Optional.empty();
            return new TransactionRecord(
                    enlisted ? List.of() : fields.texts("participants"),
                    enlisted,
                    Duration.ofMillis(fields.number("timeoutMillis")),
                    fields.text("initiator"),
                    fields.optionalText("trace"),
                    verdict);
        });
    }

    /** The closed list of an enlisted transaction. */
    public static byte[] list(List<String> participants) {
        ObjectNode node = Json.object();
        participants.forEach(node.putArray("participants")::add);
        return Json.bytes(node);
    }

    public static List<String> list(byte[] data) {
        return Json.fields("list", data, fields -> TransactionRecord.requireList(fields.texts("participants")));
    }

    public static byte[] slot(Slot slot) {
        return VOTES.get(slot);
    }

    private static byte[] writeSlot(Slot slot) {
        ObjectNode node = Json.object()
                .put("vote", slot.vote().name())
                .put("instance", slot.instance())
                .put("attempt", slot.attempt())
                .put("resource", slot.resource());
        putUnlessEmpty(node, "reason", slot.reason());
        slot.outcome().ifPresent(outcome -> node.put("outcome", outcome.name()));
        putUnlessEmpty(node, "detail", slot.detail());
        return Json.bytes(node);
    }

    private static String clip(String text) {
        return Json.clip(text, MAX_REASON, MAX_REASON_BYTES);
    }

    private static void putUnlessEmpty(ObjectNode node, String field, String text) {
        if (!text.isEmpty()) {
            node.put(field, clip(text));
        }
    }

    /** What a slot says; anything outside the schema is UNREADABLE, never NO (rule 2). */
    public static SlotView slot(Optional<Node> read) {
        if (read.isEmpty()) {
            return SlotView.MISSING;
        }
        Node node = read.get();
        if (node.version() == 0 && node.data().length == 0) {
            return SlotView.EMPTY;
        }
        try {
            return SlotView.of(node.version(), SLOTS.apply(node.data()));
        } catch (MalformedRecordException e) {
            return SlotView.unreadable(node.version());
        }
    }

    private static Slot readSlot(byte[] data) {
        return Json.fields(
                "slot",
                data,
                fields -> new Slot(
                        Vote.valueOf(fields.text("vote")),
                        fields.text("instance"),
                        fields.text("attempt"),
                        fields.text("resource"),
                        fields.optionalText("reason").orElse(""),
                        fields.optionalText("outcome").map(BranchOutcome::valueOf),
                        fields.optionalText("detail").orElse("")));
    }

    /** An inbox entry; a payload that is UTF-8 stays readable. */
    public static byte[] inboxEntry(InboxEntry entry) {
        ObjectNode node = Json.object();
        if (entry.holder().isPresent()) {
            node.put("instance", entry.holder().get().instance());
            node.put("attempt", entry.holder().get().attempt());
        } else {
            Optional<String> text = utf8(entry.payload());
            if (text.isPresent()) {
                node.put("payload", text.get());
            } else {
                node.put("payload", Base64.getEncoder().encodeToString(entry.payload()))
                        .put("encoding", "base64");
            }
        }
        return Json.bytes(node);
    }

    public static InboxEntry inboxEntry(byte[] data) {
        return Json.fields("inbox entry", data, fields -> {
            if (fields.has("attempt")) {
                return InboxEntry.enlisted(fields.text("instance"), fields.text("attempt"));
            }
            String payload = fields.text("payload");
            if (fields.has("encoding") && !fields.text("encoding").equals("base64")) {
                throw new IllegalArgumentException("'" + fields.text("encoding") + "' is no known encoding");
            }
            return InboxEntry.work(
                    fields.has("encoding")
                            ? Base64.getDecoder().decode(payload)
                            : payload.getBytes(StandardCharsets.UTF_8));
        });
    }

    private static Optional<String> utf8(byte[] data) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data))
                    .toString();
            return readable(text) ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static boolean readable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' && c != '\n' && c != '\t') {
                return false;
            }
        }
        return true;
    }

    /** A participant's registration: what kind of resource it has. */
    public static byte[] registration(String kind) {
        return Json.bytes(Json.object().put("kind", kind));
    }

    public static String registration(byte[] data) {
        return Json.parse("registration", data, node -> Json.text(node, "kind"));
    }

    /** A running participant instance. */
    public record Presence(String attempt, String resource) {}

    public static byte[] presence(Presence presence) {
        return Json.bytes(Json.object().put("attempt", presence.attempt()).put("resource", presence.resource()));
    }

    public static Presence presence(byte[] data) {
        return Json.parse(
                "presence", data, node -> new Presence(Json.text(node, "attempt"), Json.text(node, "resource")));
    }

    /** A running coordinator: its release and where its process is. */
    public record Replica(String release, String address) {}

    public static byte[] replica(Replica replica) {
        return Json.bytes(Json.object().put("release", replica.release()).put("address", replica.address()));
    }

    public static Replica replica(byte[] data) {
        return Json.parse(
                "coordinator", data, node -> new Replica(Json.text(node, "release"), Json.text(node, "address")));
    }

    public static byte[] operation(Operation operation) {
        ObjectNode node = Json.object()
                .put("kind", operation.kind().name())
                .put("transaction", operation.transaction().toString())
                .put("actor", operation.actor())
                .put("reason", operation.reason());
        operation
                .result()
                .ifPresent(result -> node.put("done", result.done())
                        .put("detail", clip(result.detail()))
                        .put("epoch", result.epoch()));
        return Json.bytes(node);
    }

    public static Operation operation(byte[] data) {
        return Json.parse(
                "operation",
                data,
                node -> new Operation(
                        Operation.Kind.valueOf(Json.text(node, "kind")),
                        TransactionId.parse(Json.text(node, "transaction")),
                        Json.text(node, "actor"),
                        Json.text(node, "reason"),
                        node.has("done")
                                ? Optional.of(new Operation.Result(
                                        Json.flag(node, "done"), Json.text(node, "detail"), Json.number(node, "epoch")))
                                : Optional.empty()));
    }

    /** A page of finished outcomes, in the order in which they were collected. */
    public static byte[] historyPage(Map<TransactionId, OutcomeState> outcomes) {
        ObjectNode node = Json.object();
        ObjectNode entries = node.putObject("outcomes");
        outcomes.forEach((id, outcome) -> entries.put(id.toString(), outcome.name()));
        return Json.bytes(node);
    }

    public static Map<TransactionId, OutcomeState> historyPage(byte[] data) {
        return Json.parse("history page", data, node -> {
            Map<TransactionId, OutcomeState> outcomes = new LinkedHashMap<>();
            Json.texts(node, "outcomes")
                    .forEach((id, outcome) -> outcomes.put(TransactionId.parse(id), finished(outcome)));
            return outcomes;
        });
    }

    private static OutcomeState finished(String text) {
        OutcomeState state = OutcomeState.valueOf(text);
        if (state != OutcomeState.COMMITTED && state != OutcomeState.ABORTED) {
            throw new IllegalArgumentException("'" + text + "' is not a finished outcome");
        }
        return state;
    }

    /** Resources that broke their promise: what the decision was and what each of them did. */
    public record Heuristic(OutcomeState outcome, Map<String, BranchOutcome> branches, Map<String, String> details) {}

    public static byte[] heuristic(Heuristic heuristic) {
        ObjectNode node = Json.object().put("outcome", heuristic.outcome().name());
        ObjectNode branches = node.putObject("branches");
        heuristic.branches().forEach((name, outcome) -> branches.put(name, outcome.name()));
        ObjectNode details = node.putObject("details");
        heuristic.details().forEach((name, text) -> details.put(name, clip(text)));
        return Json.bytes(node);
    }

    public static Heuristic heuristic(byte[] data) {
        return Json.parse("heuristic", data, node -> {
            Map<String, BranchOutcome> branches = new LinkedHashMap<>();
            Json.texts(node, "branches")
                    .forEach((name, outcome) ->
                            branches.put(Names.require("participant", name), BranchOutcome.valueOf(outcome)));
            return new Heuristic(
                    OutcomeState.valueOf(Json.text(node, "outcome")), branches, Json.texts(node, "details"));
        });
    }
}
