package dev.assent.bench;

import java.util.Map;
import java.util.TreeMap;

/** A system whose decisions an ensemble keeps, and all of whose parts run in this process unless it says else. */
public abstract class EnsembleSystem implements TransactionSystem {
    /** The name of this process. */
    private static final String SELF = "bench";

    private final Ensemble ensemble;

    /** @param ensemble stays the caller's */
    protected EnsembleSystem(Ensemble ensemble) {
        this.ensemble = ensemble;
    }

    @Override
    public final int servers() {
        return ensemble.servers();
    }

    /** A server answers a write once it is on the disks of a majority. */
    @Override
    public final boolean fsync() {
        return true;
    }

    /** This process and the servers. */
    @Override
    public Map<String, Long> processes() {
        Map<String, Long> all = new TreeMap<>(ensemble.processes());
        all.put(SELF, ProcessHandle.current().pid());
        return all;
    }
}
