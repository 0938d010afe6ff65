package dev.assent.store;

/** Told of this candidate's leadership, on the store's loop. */
public interface LeadershipListener {
    /** This candidate should lead now. Another one may believe the same for a while. */
    void elected();

    /** This candidate should no longer lead. */
    void deposed();
}
