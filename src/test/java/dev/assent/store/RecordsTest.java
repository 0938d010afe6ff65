package dev.assent.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.Slot;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Verdict;
import dev.assent.protocol.Vote;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each format reads what it wrote; what is in no schema is a {@link MalformedRecordException}, a slot UNREADABLE. */
class RecordsTest {
    private static final TransactionId ID = TransactionId.of(7, 0xc0ffee);
    private static final TransactionRecord RECORD = new TransactionRecord(
            List.of("stock", "bank"),
            false,
            Duration.ofSeconds(30),
            "shop-1",
            Optional.of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
            Optional.empty());
    private static final TransactionRecord ENLISTED =
            new TransactionRecord(List.of(), true, Duration.ofMillis(1), "shop-1", Optional.empty(), Optional.empty());

    static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(UTF_8);
    }

    static Optional<Node> node(int version, byte[] data) {
        return Optional.of(new Node(data, version, 0, false, 0, 0, 0));
    }

    @Test
    void aRecordAndItsDecision() {
        assertEquals(RECORD, Records.record(Records.begin(RECORD)));
        assertEquals(ENLISTED, Records.record(Records.begin(ENLISTED)));
        for (Decision decision : Decision.values()) {
            Verdict verdict = new Verdict(decision, 12, "because");
            TransactionRecord decided = Records.record(Records.decide(Records.begin(RECORD), verdict));
            assertEquals(Optional.of(verdict), decided.verdict());
            assertTrue(decided.sameBegin(RECORD));
        }
        assertEquals(
                json("{'v':1,'participants':['stock','bank'],'timeoutMillis':30000,'initiator':'shop-1','trace':"
                                + "'00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01','decision':'ABORT',"
                                + "'epoch':3,'reason':'bank: no'}")
                        .length,
                Records.decide(Records.begin(RECORD), new Verdict(Decision.ABORT, 3, "bank: no")).length);
    }

    @Test
    void aDecisionKeepsUnknownFields() {
        String later = "{'v':1,'participants':['a'],'timeoutMillis':5,'initiator':'i','later':{'x':[1,null,true,'é']},"
                + "'exact':0.12345678901234560,'huge':1e999}";
        String decided = new String(Records.decide(json(later), new Verdict(Decision.COMMIT, 4, "")), UTF_8);
        for (String kept : List.of("\"later\":{\"x\":[1,null,true,\"é\"]}", "\"exact\":0.12345678901234560", "\"i\"")) {
            assertTrue(decided.contains(kept), () -> kept + " is lost in " + decided);
        }
        assertTrue(decided.contains("\"huge\":1e999,"), decided);
        assertEquals(
                Decision.COMMIT,
                Records.record(decided.getBytes(UTF_8)).decision().orElseThrow());
    }

    @Test
    void aDecisionFitsTheRoomThatItsBeginLeft() {
        byte[] begun = Records.begin(RECORD);
        for (String reason : List.of(
                "x".repeat(10_000),
                "\"\\".repeat(5_000),
                "\u0001".repeat(5_000),
                "😀".repeat(5_000),
                "漢".repeat(5_000))) {
            byte[] decided = Records.decide(begun, new Verdict(Decision.ABORT, Long.MAX_VALUE, reason));
            assertTrue(
                    decided.length - begun.length <= Records.DECISION_RESERVE_BYTES,
                    () -> (decided.length - begun.length) + " bytes for " + reason.substring(0, 2));
            assertEquals(Decision.ABORT, Records.record(decided).decision().orElseThrow());
        }
    }

    @Test
    void halfOfASurrogatePairDoesNotStopADecision() {
        byte[] half = json("{'v':1,'participants':['a'],'timeoutMillis':5,'initiator':'i','x':'\\ud83d'}");
        String decided = new String(Records.decide(half, new Verdict(Decision.COMMIT, 1, "\ud83d")), UTF_8);
        assertTrue(decided.toLowerCase(Locale.ROOT).contains("\"x\":\"\\ud83d\""), decided);
    }

    @ParameterizedTest
    @EnumSource(Vote.class)
    void slots(Vote vote) {
        Slot slot = Slot.vote(vote, "i-1", "00000000000000aa", "file:1", vote == Vote.NO ? "not enough" : "");
        assertEquals(
                Optional.of(slot), Records.slot(node(1, Records.slot(slot))).slot());
        for (BranchOutcome outcome : BranchOutcome.values()) {
            Slot ended = slot.acknowledged(outcome, outcome.heuristic() ? "marker missing" : "");
            SlotView view = Records.slot(node(2, Records.slot(ended)));
            assertEquals(Optional.of(ended), view.slot());
            assertEquals(SlotView.Status.FINISHED, view.status());
        }
    }

    @Test
    void slotsOutsideTheSchemaAreUnreadableNeverNo() {
        assertEquals(SlotView.MISSING, Records.slot(Optional.empty()));
        assertEquals(SlotView.EMPTY, Records.slot(node(0, new byte[0])));
        byte[] no = Records.slot(Slot.vote(Vote.NO, "i", "00000000000000aa", "r", ""));
        for (Optional<Node> bad : List.of(
                node(0, no), node(2, no), node(3, no), node(1, new byte[0]), node(1, json("{'v':1,'vote':'NEVER'}")))) {
            assertEquals(SlotView.Status.UNREADABLE, Records.slot(bad).status());
        }
    }

    @Test
    void theOtherFormats() {
        UUID installation = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
        assertEquals(installation, Records.installation(Records.installation(installation)));
        assertEquals("c-1", Records.epoch(Records.epoch("c-1")));
        assertEquals(9_000_000_000L, Records.currentGeneration(Records.currentGeneration(9_000_000_000L)));
        assertEquals(List.of("a", "b"), Records.list(Records.list(List.of("a", "b"))));
        assertEquals(List.of(), Records.list(Records.list(List.of())));
        assertEquals("file", Records.registration(Records.registration("file")));
        Records.Presence presence = new Records.Presence("00000000000000aa", "file:1");
        assertEquals(presence, Records.presence(Records.presence(presence)));
        Records.Replica replica = new Records.Replica("0.1.0", "127.0.0.1:1");
        assertEquals(replica, Records.replica(Records.replica(replica)));
        Operation asked = Operation.request(Operation.Kind.ABORT, ID, "alice", "stuck");
        assertEquals(asked, Records.operation(Records.operation(asked)));
        Operation answered = asked.answered(new Operation.Result(false, "decided COMMIT", 3));
        assertEquals(answered, Records.operation(Records.operation(answered)));
        Map<TransactionId, OutcomeState> page = new LinkedHashMap<>();
        page.put(TransactionId.of(7, 2), OutcomeState.ABORTED);
        page.put(TransactionId.of(7, 1), OutcomeState.COMMITTED);
        assertEquals(
                List.copyOf(page.entrySet()),
                List.copyOf(Records.historyPage(Records.historyPage(page)).entrySet()));
        Records.Heuristic heuristic = new Records.Heuristic(
                OutcomeState.COMMITTED, Map.of("bank", BranchOutcome.HEURISTIC_ROLLBACK), Map.of("bank", "lost"));
        assertEquals(heuristic, Records.heuristic(Records.heuristic(heuristic)));
    }

    @Test
    void payloadsStayReadableOrExact() {
        for (byte[] payload : List.of(
                "alice bob 5\n\t\"é😀".getBytes(UTF_8), new byte[] {0, 1, 2}, new byte[] {(byte) 0xff}, new byte[0])) {
            InboxEntry entry = Records.inboxEntry(Records.inboxEntry(InboxEntry.work(payload)));
            assertArrayEquals(payload, entry.payload());
            assertEquals(Optional.empty(), entry.holder());
        }
        InboxEntry enlisted = Records.inboxEntry(Records.inboxEntry(InboxEntry.enlisted("i-1", "00000000000000aa")));
        assertEquals("i-1", enlisted.holder().orElseThrow().instance());
        assertTrue(new String(Records.inboxEntry(InboxEntry.work("é".getBytes(UTF_8))), UTF_8).contains("é"));
    }

    @Test
    void aTextIsClippedBetweenCharacters() {
        for (int prefix = Records.MAX_REASON - 3; prefix <= Records.MAX_REASON; prefix++) {
            String reason = "x".repeat(prefix) + "😀😀";
            Slot slot = Slot.vote(Vote.NO, "i", "00000000000000aa", "r", reason);
            String kept = Records.slot(node(1, Records.slot(slot)))
                    .slot()
                    .orElseThrow()
                    .reason();
            assertTrue(kept.length() <= Records.MAX_REASON && kept.matches("x{490,500}(😀)?…?"), kept);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "'x'",
                "{",
                "{}",
                "{'v':1}",
                "{'v':1} {}",
                "{'v':2,'participants':['a'],'timeoutMillis':5,'initiator':'i'}",
                "{'v':1.0,'participants':['a'],'timeoutMillis':5,'initiator':'i'}",
                "{'v':'1','participants':['a'],'timeoutMillis':5,'initiator':'i'}",
                "{'v':1,'v':1,'participants':['a'],'timeoutMillis':5,'initiator':'i'}",
                "{'v':1,'participants':['a'],'timeoutMillis':5,'initiator':'i','decision':'COMMIT','decision':'ABORT',"
                        + "'epoch':1,'reason':''}",
                "{'v':1,'participants':['a','a'],'timeoutMillis':5,'initiator':'i'}",
                "{'v':1,'participants':[],'timeoutMillis':5,'initiator':'i'}",
                "{'v':1,'participants':[1],'timeoutMillis':5,'initiator':'i'}",
                "{'v':1,'participants':[null],'timeoutMillis':5,'initiator':'i'}",
                "{'v':1,'participants':['A'],'timeoutMillis':5,'initiator':'i'}",
                "{'v':1,'participants':'a','timeoutMillis':5,'initiator':'i'}",
                "{'v':1,'participants':['a'],'enlisted':'yes','timeoutMillis':5,'initiator':'i'}",
                "{'v':1,'participants':['a'],'enlisted':true,'timeoutMillis':5,'initiator':'i'}",
                "{'v':1,'participants':['a'],'timeoutMillis':0,'initiator':'i'}",
                "{'v':1,'participants':['a'],'timeoutMillis':-5,'initiator':'i'}",
                "{'v':1,'participants':['a'],'timeoutMillis':5.5,'initiator':'i'}",
                "{'v':1,'participants':['a'],'timeoutMillis':99999999999999999999,'initiator':'i'}",
                "{'v':1,'participants':['a'],'timeoutMillis':5,'initiator':7}",
                "{'v':1,'participants':['a'],'timeoutMillis':5,'initiator':'i','trace':null}",
                "{'v':1,'participants':['a'],'timeoutMillis':5,'initiator':'i','decision':'MAYBE','epoch':1,'reason':''}",
                "{'v':1,'participants':['a'],'timeoutMillis':5,'initiator':'i','decision':'COMMIT'}",
                "{'v':1,'participants':['a'],'timeoutMillis':5,'initiator':'i','x':[[[[[[[[[[1]]]]]]]]]]}",
                "{'v':1,'participants':['a'],'timeoutMillis':5,'initiator':'i','x':NaN}"
            })
    void aRecordOutsideTheSchema(String text) {
        assertThrows(MalformedRecordException.class, () -> Records.record(json(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'v':1}",
                "{'v':1,'outcomes':7}",
                "{'v':1,'outcomes':{'7-0000000000c0ffee':'PENDING'}}",
                "{'v':1,'outcomes':{'7-0000000000c0ffee':1}}",
                "{'v':1,'outcomes':{'nonsense':'COMMITTED'}}"
            })
    void aHistoryPageOutsideTheSchema(String text) {
        assertThrows(MalformedRecordException.class, () -> Records.historyPage(json(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'v':1,'payload':7}",
                "{'v':1,'payload':'%%%','encoding':'base64'}",
                "{'v':1,'payload':'x','encoding':'rot13'}",
                "{'v':1,'attempt':'00000000000000aa'}"
            })
    void anInboxEntryOutsideTheSchema(String text) {
        assertThrows(MalformedRecordException.class, () -> Records.inboxEntry(json(text)));
    }

    @Test
    void otherFormatsOutsideTheirSchema() {
        assertThrows(
                MalformedRecordException.class, () -> Records.installation(json("{'v':1,'installation':'1-2-3-4-5'}")));
        assertThrows(MalformedRecordException.class, () -> Records.heuristic(json("{'v':1,'outcome':'COMMITTED'}")));
        assertThrows(
                MalformedRecordException.class,
                () -> Records.operation(json("{'v':1,'kind':'ABORT','transaction':'7-0000000000c0ffee','actor':'a',"
                        + "'reason':'r','done':'yes','detail':'','epoch':1}")));
        byte[] utf16 = "{\"v\":1,\"kind\":\"file\"}".getBytes(StandardCharsets.UTF_16BE);
        assertThrows(MalformedRecordException.class, () -> Records.registration(utf16));
    }
}
