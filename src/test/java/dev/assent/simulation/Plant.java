package dev.assent.simulation;

import dev.assent.protocol.CommitProtocol;
import dev.assent.store.Store;

/** What the roles of a schedule are built from: the real thing, or with one guard taken away. */
class Plant {
    /** Nothing taken away. */
    static final Plant NONE = new Plant();

    CommitProtocol protocol() {
        return CommitProtocol.standard();
    }

    Store wrap(Store store) {
        return store;
    }

    /** Below the layer that packs transactions. */
    Store below(Store store) {
        return store;
    }

    SimulatedResource resource(
            SimulatedDatabase database, SimulatedResource.Conditions conditions, Rng rng, ResourceChecker checker) {
        return new SimulatedResource(database, conditions, rng, checker);
    }
}
