package dev.assent.client;

import dev.assent.protocol.Decision;
import dev.assent.protocol.TransactionRecord;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Node;
import dev.assent.store.Records;
import java.util.Optional;

/**
 * What the znode of a record says, read strictly: a decision counts at version 1 alone, where only a leader's multi can
 * have put it (rule 1). Immutable.
 *
 * @param state what it says
 * @param record its content, where it can be read
 * @param detail why it cannot be read; else empty
 */
record Reading(State state, Optional<TransactionRecord> record, String detail) {
    /** What a record's znode says. */
    enum State {
        ABSENT,
        UNDECIDED,
        COMMITTED,
        ABORTED,
        /** Outside the schema: reported, no conclusion (rule 12). */
        UNREADABLE
    }

    private static final Reading NOTHING = new Reading(State.ABSENT, Optional.empty(), "");

    static Reading of(Optional<Node> node) {
        if (node.isEmpty()) {
            return NOTHING;
        }
        int version = node.get().version();
        TransactionRecord record;
        try {
            record = Records.record(node.get().data());
        } catch (MalformedRecordException e) {
            return unreadable(e.getMessage());
        }
        if (node.get().ephemeral()) {
            return unreadable("the record is ephemeral: no initiator of Assent wrote it");
        }
        Optional<Decision> decision = record.decision();
        if (version != (decision.isPresent() ? 1 : 0)) {
            return unreadable("the record is at version " + version + (decision.isPresent() ? " with" : " without")
                    + " a decision: no leader of Assent wrote it");
        }
        State state = decision.isEmpty()
                ? State.UNDECIDED
                : decision.get() == Decision.COMMIT ? State.COMMITTED : State.ABORTED;
        return new Reading(state, Optional.of(record), "");
    }

    private static Reading unreadable(String detail) {
        return new Reading(State.UNREADABLE, Optional.empty(), detail);
    }

    /** Why, as the leader wrote it; empty while undecided. */
    String reason() {
        return record.flatMap(TransactionRecord::verdict)
                .map(verdict -> verdict.reason())
                .orElse("");
    }
}
