package dev.assent.client;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A registered participant as the tree shows it. Immutable.
 *
 * @param name its name
 * @param kind what kind of resource it has, empty where that cannot be read
 * @param instances the instances that run now
 * @param inbox how many entries wait, by generation
 * @param heuristics transactions whose broken promise was noticed when their record was gone (rule 11)
 * @param problems what cannot be read, and why
 */
public record ParticipantView(
        String name,
        Optional<String> kind,
        List<InstanceView> instances,
        Map<String, Integer> inbox,
        List<String> heuristics,
        List<String> problems) {
    /**
     * A running instance.
     *
     * @param id its id
     * @param attempt under which attempt it works
     * @param resource which resource it reaches
     */
    public record InstanceView(String id, String attempt, String resource) {}

    /** How much work waits. */
    public int waiting() {
        return inbox.values().stream().mapToInt(Integer::intValue).sum();
    }
}
