package dev.assent.coordinator;

import java.time.Duration;
import java.util.Optional;

/**
 * What a coordinator shows of itself. Immutable.
 *
 * @param id the coordinator
 * @param state what it is doing
 * @param epoch the fencing epoch of its present term, empty while it does not lead
 * @param undecided how many transactions it looks after whose decision is not written
 * @param tracked how many transactions it looks after, decided ones that are not yet collected included
 * @param oldestUndecided how long the oldest undecided one has been known to this coordinator, by its own clock (rule 8)
 * @param generation the generation that takes new transactions, 0 while it does not lead
 * @param oldestGeneration the oldest generation that still exists, 0 while it does not lead
 * @param problem why it cannot work, in words for people; empty where it can
 * @param counts what it did since its start
 */
public record CoordinatorStatus(
        String id,
        State state,
        Optional<Long> epoch,
        int undecided,
        int tracked,
        Duration oldestUndecided,
        long generation,
        long oldestGeneration,
        String problem,
        Counts counts) {
    /** What a coordinator is doing. */
    public enum State {
        /** No session can be used. */
        DISCONNECTED,
        /** Connected; the tree is not looked at yet, or {@link CoordinatorStatus#problem} says why it will not do. */
        CONNECTED,
        /** Ready to lead; another coordinator does. */
        STANDBY,
        /** Elected; its epoch is not written yet. */
        TAKING_OVER,
        /** Its epoch is written: it decides. */
        LEADING,
        /** Closed. */
        CLOSED
    }

    /**
     * Counters since the start of the process.
     *
     * @param terms how often its epoch was written
     * @param committed COMMIT decisions written
     * @param aborted ABORT decisions written
     * @param timeouts ABORT decisions written because a timeout passed
     * @param heuristics transactions seen whose resource broke its promise (rule 11)
     * @param garbage nodes reported and stepped over (rule 12)
     * @param collected transactions removed after they were finished
     * @param operations operators' requests answered
     * @param unsure writes whose answer was lost or that met something unexpected, and were read back
     * @param fenced terms that ended because another leader wrote its epoch
     * @param skipped transactions left for later because {@code max-pending} was reached
     */
    public record Counts(
            long terms,
            long committed,
            long aborted,
            long timeouts,
            long heuristics,
            long garbage,
            long collected,
            long operations,
            long unsure,
            long fenced,
            long skipped) {}
}
