package dev.assent.client;

import dev.assent.protocol.Enlistment;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.store.InboxEntry;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of an initiator's writes: a check, the record or the list that it creates, then a slot and an inbox entry for each
 * participant. Immutable.
 *
 * @param operations what is sent
 * @param participants whose slots and inbox entries are among them, in order
 */
record Multi(List<Op> operations, List<String> participants) {
    /** The index of the check. */
    static final int CHECK = 0;
    /** The index of the record's, or the list's, own creation. */
    static final int SUBJECT = 1;

    private static final int FIRST_SLOT = 2;

    /** The contents of the inbox entries of a begin. */
    static Map<String, byte[]> entries(Map<String, byte[]> payloads) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        payloads.forEach((name, payload) -> entries.put(name, Records.inboxEntry(InboxEntry.work(payload))));
        return entries;
    }

    /**
     * A begin: the generation must be open (rule 6); no parents are created.
     *
     * @param entries of the record's participants
     */
    static Multi begin(TransactionId id, TransactionRecord record, Map<String, byte[]> entries) {
        List<Op> operations = new ArrayList<>();
        operations.add(Op.check(Paths.generation(id.generation()), 0));
        operations.add(Op.create(Paths.record(id), Records.begin(record)));
        record.participants().forEach(name -> operations.add(Op.createEmpty(Paths.slot(id, name))));
        record.participants().forEach(name -> operations.add(Op.create(Paths.inboxEntry(name, id), entries.get(name))));
        return new Multi(List.copyOf(operations), record.participants());
    }

    /** The closed list of enlisted work, each entry naming who holds the branch (section 3). */
    static Multi close(TransactionId id, List<Enlistment> tokens) {
        List<String> names = tokens.stream().map(Enlistment::participant).toList();
        List<Op> operations = new ArrayList<>();
        operations.add(Op.check(Paths.record(id), 0));
        operations.add(Op.create(Paths.list(id), Records.list(TransactionRecord.requireList(names))));
        names.forEach(name -> operations.add(Op.createEmpty(Paths.slot(id, name))));
        tokens.forEach(token -> operations.add(Op.create(
                Paths.inboxEntry(token.participant(), id),
                Records.inboxEntry(InboxEntry.enlisted(token.instance(), token.attempt())))));
        return new Multi(List.copyOf(operations), names);
    }

    /** The empty list: nobody can commit any more, and the leader aborts. */
    static Multi abandon(TransactionId id) {
        return new Multi(
                List.of(Op.check(Paths.record(id), 0), Op.create(Paths.list(id), Records.list(List.of()))), List.of());
    }

    /** An upper estimate of its bytes, with the room that the decision will take in the record (section 1). */
    long estimatedBytes() {
        return operations.stream().mapToLong(Op::estimatedBytes).sum() + Records.DECISION_RESERVE_BYTES;
    }

    /** The participant whose inbox entry is at {@code index}. */
    Optional<String> inboxOwner(int index) {
        int position = index - FIRST_SLOT - participants.size();
        return position >= 0 && position < participants.size()
                ? Optional.of(participants.get(position))
                : Optional.empty();
    }
}
