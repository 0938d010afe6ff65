package dev.assent.store;

/** A candidacy. May be called from any thread. */
public interface Leadership extends AutoCloseable {
    /** Steps back and stands again behind the other candidates: for a leader that makes no progress. */
    void resign();

    /** Ends the candidacy; {@link LeadershipListener#deposed} follows if it led. Idempotent. */
    @Override
    void close();
}
