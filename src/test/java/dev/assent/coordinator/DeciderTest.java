package dev.assent.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Coordination;
import dev.assent.protocol.Decision;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.Tally;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Verdict;
import dev.assent.protocol.Vote;
import dev.assent.store.Op;
import dev.assent.store.Records;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The operations of a leader's multis, from a view alone. */
class DeciderTest {
    private static final TransactionId ID = TransactionId.parse("3-00000000000000ff");
    private static final String AT = "/transactions/3/3-00000000000000ff";
    private static final Verdict COMMIT = new Verdict(Decision.COMMIT, 9, "");
    private static final Verdict ABORT = new Verdict(Decision.ABORT, 9, "because");
    private static final SlotView YES = SlotView.of(1, Harness.slot(Vote.YES));
    private static final SlotView NO = SlotView.of(1, Harness.slot(Vote.NO));
    private static final SlotView READ_ONLY = SlotView.of(1, Harness.slot(Vote.READ_ONLY));
    private static final SlotView DONE =
            SlotView.of(2, Harness.slot(Vote.YES).acknowledged(BranchOutcome.COMMITTED, ""));

    private static View view(boolean enlisted, Optional<List<String>> list, SlotView... slots) {
        String[] participants = enlisted ? new String[0] : list.orElseThrow().toArray(String[]::new);
        TransactionRecord record = Harness.record(Duration.ofSeconds(1), participants);
        Map<String, SlotView> read = new LinkedHashMap<>();
        for (int i = 0; i < slots.length; i++) {
            read.put(list.orElseThrow().get(i), slots[i]);
        }
        return new View(
                ID,
                list.isPresent() ? Coordination.Event.READ_CLOSED : Coordination.Event.READ_OPEN,
                Optional.of(record),
                Records.begin(record),
                list,
                enlisted && list.isPresent() ? 0 : -1,
                read,
                false,
                List.of(),
                "");
    }

    private static View listed(SlotView... slots) {
        return view(false, Optional.of(List.of("a", "b").subList(0, slots.length)), slots);
    }

    private static List<String> abort(View view) {
        return texts(Decider.abort(view, view.abortWitness().orElseThrow(), ABORT));
    }

    private static List<String> texts(List<Op> ops) {
        return ops.stream().map(Op::toString).toList();
    }

    @Test
    void commitChecksEverySlotItReliedOn() {
        assertEquals(
                List.of("SET " + AT + "@0", "CHECK " + AT + "/a@1", "CHECK " + AT + "/b@1"),
                texts(Decider.commit(listed(YES, READ_ONLY), COMMIT)));
    }

    @Test
    void commitOfEnlistedWorkChecksTheClosedList() {
        assertEquals(
                List.of("SET " + AT + "@0", "CHECK " + AT + "/_participants@0", "CHECK " + AT + "/a@1"),
                texts(Decider.commit(view(true, Optional.of(List.of("a")), YES), COMMIT)));
    }

    @Test
    void everyAbortProvesThatNoCommitCanBe() {
        assertEquals(
                List.of("SET " + AT + "@0", "CREATE " + AT + "/_participants"), abort(view(true, Optional.empty())));
        assertEquals(
                List.of("SET " + AT + "@0", "CHECK " + AT + "/_participants@0"),
                abort(view(true, Optional.of(List.of()))));
        assertEquals(List.of("SET " + AT + "@0", "CHECK " + AT + "/b@0"), abort(listed(YES, SlotView.EMPTY)));
        assertEquals(List.of("SET " + AT + "@0", "CREATE " + AT + "/b"), abort(listed(YES, SlotView.MISSING)));
    }

    @Test
    void aNoIsTheWitnessOfChoice() {
        // The empty slot may get a vote before the multi arrives; a NO stays.
        assertEquals(List.of("SET " + AT + "@0", "CHECK " + AT + "/b@1"), abort(listed(SlotView.EMPTY, NO)));
    }

    @Test
    void nothingForbidsCommitOnceAllAreCastOrUnreadable() {
        assertEquals(Optional.<Tally.Witness>empty(), listed(YES, READ_ONLY).abortWitness());
        assertEquals(
                Optional.<Tally.Witness>empty(),
                listed(YES, SlotView.unreadable(1)).abortWitness());
    }

    @Test
    void theDecisionKeepsFieldsThatThisReleaseDoesNotKnow() {
        byte[] newer = new String(Records.begin(Harness.record(Duration.ofSeconds(1), "a")), StandardCharsets.UTF_8)
                .replace("\"v\":1", "\"v\":1,\"colour\":\"red\"")
                .getBytes(StandardCharsets.UTF_8);
        View read = listed(YES);
        View view = new View(
                read.id(),
                read.read(),
                read.record(),
                newer,
                read.closedList(),
                read.listVersion(),
                read.slots(),
                false,
                List.of(),
                "");
        String written = new String(Decider.commit(view, COMMIT).get(0).data(), StandardCharsets.UTF_8);
        assertTrue(written.contains("\"colour\":\"red\""), written);
        assertTrue(written.contains("\"decision\":\"COMMIT\",\"epoch\":9"), written);
    }

    @Test
    void removalTakesEverythingAtTheVersionsRead() {
        View decided = view(true, Optional.of(List.of("a", "b")), DONE, NO).decided(ABORT);
        assertEquals(
                List.of(
                        "DELETE " + AT + "/a@2",
                        "DELETE " + AT + "/b@1",
                        "DELETE " + AT + "/_participants@0",
                        "DELETE " + AT + "@1",
                        "DELETE /participants/a/inbox/3/" + ID),
                texts(Decider.remove(decided, List.of("a"))));
    }

    @Test
    void onlyThoseWhoNeitherRefusedNorAcknowledgedCanHaveAnInboxEntry() {
        assertEquals(List.of(), Decider.mayHaveInboxEntry(listed(DONE, NO)));
        assertEquals(List.of("a", "b"), Decider.mayHaveInboxEntry(listed(YES, SlotView.EMPTY)));
        assertEquals(List.of("b"), Decider.mayHaveInboxEntry(listed(READ_ONLY, SlotView.unreadable(3))));
    }

    @Test
    void reasonsAreForPeople() {
        assertEquals("b voted NO: no money", Decider.reason(Coordination.Event.VOTED_NO, listed(YES, NO)));
        assertEquals(
                "timeout of 1000 ms; no vote of [b]",
                Decider.reason(Coordination.Event.EXPIRED, listed(YES, SlotView.EMPTY)));
        assertEquals(
                "timeout of 1000 ms while the list was open",
                Decider.reason(Coordination.Event.EXPIRED, view(true, Optional.empty())));
    }
}
