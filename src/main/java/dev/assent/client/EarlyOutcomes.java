package dev.assent.client;

/**
 * Whether an initiator can afford to look at the votes of its transactions, for an answer before the decision is written
 * (rule 2): that costs a reading of each slot before its vote and one after it. While few transactions wait, it saves each
 * of them a quorum write; while many do, the writes are shared by so many of them that the servers' time is worth more. Lives
 * on the loop.
 */
final class EarlyOutcomes {
    private static final int MOST_SLOTS = 64;

    private int waiting;

    /** A transaction begins to wait for its decision. */
    void began() {
        waiting++;
    }

    /** It waits no more. */
    void ended() {
        waiting--;
    }

    /** Whether the votes of a transaction with so many participants are looked at now. */
    boolean affordable(int participants) {
        return (long) waiting * participants <= MOST_SLOTS;
    }
}
