package dev.assent.coordinator;

import dev.assent.protocol.Coordination;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.Tally;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A transaction as this leader read it: what it concludes from, and the versions that its multis check. Immutable.
 *
 * @param id which transaction
 * @param read what the record and its list say
 * @param record the record, empty where it is gone or cannot be read
 * @param data the undecided record's bytes, empty once it is decided; not to be modified
 * @param closedList the participants, empty while the list is open
 * @param listVersion the version of an enlisted transaction's {@code _participants}, -1 where there is none
 * @param slots the listed slots
 * @param slotsAssumed whether slots that are shown empty were not read: their creation is all that is known of them
 * @param strays other children, which go with the record
 * @param problem why it cannot be read, empty where it can
 */
@SuppressWarnings("ArrayRecordComponent") // handed through, never compared
record View(
        TransactionId id,
        Coordination.Event read,
        Optional<TransactionRecord> record,
        byte[] data,
        Optional<List<String>> closedList,
        int listVersion,
        Map<String, SlotView> slots,
        boolean slotsAssumed,
        List<String> strays,
        String problem) {
    private static final byte[] NOTHING = {};

    static View gone(TransactionId id) {
        return bare(id, Coordination.Event.READ_GONE, "");
    }

    static View unreadable(TransactionId id, String problem) {
        return bare(id, Coordination.Event.READ_UNREADABLE, problem);
    }

    private static View bare(TransactionId id, Coordination.Event read, String problem) {
        return new View(id, read, Optional.empty(), NOTHING, Optional.empty(), -1, Map.of(), false, List.of(), problem);
    }

    View withSlot(String participant, SlotView slot) {
        Map<String, SlotView> changed = new LinkedHashMap<>(slots);
        changed.put(participant, slot);
        return new View(id, read, record, data, closedList, listVersion, changed, slotsAssumed, strays, problem);
    }

    /** The same transaction once its decision is written. */
    View decided(Verdict verdict) {
        TransactionRecord before = record.orElseThrow();
        TransactionRecord after = new TransactionRecord(
                before.participants(),
                before.enlisted(),
                before.timeout(),
                before.initiator(),
                before.trace(),
                Optional.of(verdict));
        return new View(
                id, read, Optional.of(after), NOTHING, closedList, listVersion, slots, slotsAssumed, strays, problem);
    }

    boolean enlisted() {
        return record.isPresent() && record.get().enlisted();
    }

    Optional<Verdict> verdict() {
        return record.flatMap(TransactionRecord::verdict);
    }

    List<String> participants() {
        return closedList.orElse(List.of());
    }

    SlotView slot(String participant) {
        return slots.getOrDefault(participant, SlotView.MISSING);
    }

    /** The listed slots that cannot be read: not a NO, and nothing is concluded from them (rule 2). */
    List<String> unreadableSlots() {
        return participants().stream()
                .filter(name -> slot(name).status() == SlotView.Status.UNREADABLE)
                .toList();
    }

    Optional<Tally.Witness> abortWitness() {
        return Tally.abortWitness(enlisted(), closedList, slots);
    }

    /** Whether nobody is owed a second phase (rule 4). */
    boolean allAcknowledged() {
        List<SlotView> listed = new ArrayList<>();
        participants().forEach(name -> listed.add(slot(name)));
        return Tally.allAcknowledged(listed);
    }
}
