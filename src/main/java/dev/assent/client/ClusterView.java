package dev.assent.client;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The installation as the tree shows it. Immutable.
 *
 * @param installation its UUID, empty where no coordinator has set it up
 * @param epoch how often leadership was taken
 * @param leader the coordinator that took it last, if it is running; a hint, like all presence (rule 9)
 * @param replicas the coordinators that run
 * @param generation the one that takes new transactions
 * @param generations every existing one
 * @param pending undecided transactions
 * @param inDoubt those of them that somebody voted YES for
 * @param oldestInDoubtMillis for how long the oldest of these has been in doubt: the time of its YES and the time now, both
 *     as ZooKeeper's leader stamps them, never a client's clock (rule 8). Two leaders may have stamped them, so nothing
 *     may be decided by it. Empty where nothing is in doubt, or no node may be written to learn the time
 * @param decided decided transactions that are not collected yet
 * @param unreadable transactions of which something cannot be read
 * @param operationsWaiting operators' requests without an answer
 * @param heuristics finished transactions with a broken promise that no operator forgot yet
 * @param problems what cannot be read or is missing, and why
 */
public record ClusterView(
        Optional<UUID> installation,
        long epoch,
        Optional<String> leader,
        List<ReplicaView> replicas,
        Optional<Long> generation,
        List<GenerationView> generations,
        int pending,
        int inDoubt,
        Optional<Long> oldestInDoubtMillis,
        int decided,
        int unreadable,
        int operationsWaiting,
        List<String> heuristics,
        List<String> problems) {
    /** A running coordinator: its id, its release, and where its process can be reached. */
    public record ReplicaView(String id, String release, String address) {}

    /** A generation: its number, whether it is sealed, and how many transactions it holds. */
    public record GenerationView(String number, boolean sealed, int transactions) {}
}
