package dev.assent.bench;

import java.util.Map;
import java.util.TreeMap;

/** The processes that work for a system. Stateless. */
final class Processes {
    /** The name of this process. */
    static final String SELF = "bench";

    private Processes() {}

    /** This process, where everything but the servers runs, and the servers. */
    static Map<String, Long> with(Ensemble ensemble) {
        Map<String, Long> all = new TreeMap<>(ensemble.processes());
        all.put(SELF, ProcessHandle.current().pid());
        return all;
    }
}
