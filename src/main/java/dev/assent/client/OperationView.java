package dev.assent.client;

import dev.assent.store.Operation;
import java.util.Optional;

/**
 * An operator's request as the tree shows it. Immutable.
 *
 * @param id its id
 * @param operation the request and, once the leader gave one, its answer; empty where it cannot be read
 * @param createdMillis the wall clock of a ZooKeeper server at the request, for people's eyes alone (rule 8)
 * @param problem why it cannot be read, or why there is no answer; else empty
 */
public record OperationView(String id, Optional<Operation> operation, long createdMillis, String problem) {
    /** The leader's answer, empty until it gave one. */
    public Optional<Operation.Result> result() {
        return operation.flatMap(Operation::result);
    }
}
