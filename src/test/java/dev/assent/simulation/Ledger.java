package dev.assent.simulation;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.TransactionId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the checkers know together: every transaction ever begun, and the databases. */
final class Ledger {
    private final Map<TransactionId, Ghost> ghosts = new LinkedHashMap<>();
    private final Map<String, SimulatedDatabase> databases = new LinkedHashMap<>();

    Map<TransactionId, Ghost> ghosts() {
        return ghosts;
    }

    Optional<Ghost> ghost(TransactionId id) {
        return Optional.ofNullable(ghosts.get(id));
    }

    /** The databases by their participant's name. */
    Map<String, SimulatedDatabase> databases() {
        return databases;
    }

    SimulatedDatabase.State state(BranchId branch) {
        SimulatedDatabase database = databases.get(branch.participant());
        return database == null ? null : database.truth(branch);
    }
}
