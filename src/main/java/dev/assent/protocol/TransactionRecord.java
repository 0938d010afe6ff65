package dev.assent.protocol;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * A transaction's record. Immutable.
 *
 * @param participants the closed list, in the initiator's order; empty for enlisted work, whose list is closed later
 * @param enlisted whether the list is in {@code _participants} instead
 * @param timeout how long a leader waits, from when it first saw the transaction, before it aborts (rule 8)
 * @param initiator who began it, unique to one begin: a repeated begin is recognised by it (rule 6)
 * @param trace W3C trace context, empty where there is none
 * @param verdict the decision, empty while undecided
 */
public record TransactionRecord(
        List<String> participants,
        boolean enlisted,
        Duration timeout,
        String initiator,
        Optional<String> trace,
        Optional<Verdict> verdict) {
    /** The most participants that one transaction may have. */
    public static final int MAX_PARTICIPANTS = 64;

    public TransactionRecord {
        participants = requireList(participants);
        if (enlisted != participants.isEmpty()) {
            throw new IllegalArgumentException(
                    enlisted ? "an enlisted record lists its participants later" : "the participant list is empty");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout " + timeout + " is not positive");
        }
    }

    /** Checks names, bound and duplicates of a participant list, and returns it unmodifiable. */
    public static List<String> requireList(List<String> participants) {
        if (participants.size() > MAX_PARTICIPANTS) {
            throw new IllegalArgumentException(
                    participants.size() + " participants exceed the bound of " + MAX_PARTICIPANTS);
        }
        participants.forEach(name -> Names.require("participant", name));
        if (new HashSet<>(participants).size() != participants.size()) {
            throw new IllegalArgumentException("a participant is listed twice in " + participants);
        }
        return List.copyOf(participants);
    }

    /** Whether {@code other} was written by the same begin, decided or not. */
    public boolean sameBegin(TransactionRecord other) {
        return participants.equals(other.participants)
                && enlisted == other.enlisted
                && timeout.equals(other.timeout)
                && initiator.equals(other.initiator);
    }

    // What differs first, for contents are looked up by it.
    @Override
    public boolean equals(Object other) {
        return other instanceof TransactionRecord record
                && initiator.equals(record.initiator)
                && sameBegin(record)
                && trace.equals(record.trace)
                && verdict.equals(record.verdict);
    }

    @Override
    public int hashCode() {
        return initiator.hashCode();
    }

    public Optional<Decision> decision() {
        return verdict.map(Verdict::decision);
    }
}
