package dev.assent.simulation;

import java.util.EnumMap;
import java.util.Map;

/** How often the things that a simulation is run for have happened. Not thread-safe; one for each worker, added up. */
final class Coverage {
    /** What is counted. */
    enum Event {
        BEGUN,
        /** A multi on znodes that several transactions share. */
        PACKED,
        /** One that was refused because such a znode had changed. */
        PACKED_CONFLICT,
        COMMIT,
        ABORT,
        ANSWERED_COMMITTED,
        ANSWERED_ABORTED,
        ANSWERED_UNKNOWN,
        ANSWERED_REFUSED,
        /** COMMITTED was answered before the decision was written. */
        EARLY_OUTCOME,
        OUTCOME_ASKED,
        CRASH,
        PAUSE,
        EXPIRY,
        DISCONNECT,
        ABANDONED_SESSION,
        STALLED_FOLLOWER,
        LEADERSHIP_FLAP,
        LOST_REPLY,
        /** A write took effect after its sender had been told LOST. */
        LATE_WRITE,
        TAKEOVER,
        /** A leader took over while a transaction had all its votes and no decision. */
        TAKEOVER_MID_DECISION,
        /** A deposed leader's write was refused for its epoch. */
        DEPOSED_WRITE_REFUSED,
        /** A vote was refused because the decision was there. */
        VOTE_AFTER_DECISION_REFUSED,
        /** A begin was refused for its generation although it had been carried out before. */
        BEGIN_REPLAYED_AFTER_SEAL,
        /** A begin was refused because it had been carried out before. */
        BEGIN_REPLAYED,
        /** A prepared branch was rolled back when there was no record of its transaction. */
        RECOVERY_BY_ABSENCE,
        /** Another attempt than the voter's finished its branch. */
        FINISHED_BY_ANOTHER,
        /** Two attempts of one participant prepared for the same transaction. */
        PREPARED_TWICE,
        OPERATOR_ABORT,
        OPERATOR_REFUSED,
        ENLISTED_COMMIT,
        ENLISTED_ABORT,
        OPEN_ABORTED_BY_LEADER,
        DELEGATED_COMMIT,
        DELEGATED_ABORT,
        READ_ONLY_VOTE,
        NO_VOTE,
        SEALED,
        COLLECTED,
        GENERATION_GONE,
        HEURISTIC,
        GARBAGE
    }

    private final Map<Event, Long> counts = new EnumMap<>(Event.class);

    void hit(Event event) {
        counts.merge(event, 1L, Long::sum);
    }

    long count(Event event) {
        return counts.getOrDefault(event, 0L);
    }

    void add(Coverage other) {
        other.counts.forEach((event, count) -> counts.merge(event, count, Long::sum));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Event event : Event.values()) {
            text.append(text.length() == 0 ? "" : ", ")
                    .append(event.name().toLowerCase(java.util.Locale.ROOT))
                    .append(' ')
                    .append(count(event));
        }
        return text.toString();
    }
}
