package dev.assent.bench;

import java.util.Map;
import java.util.TreeMap;

/**
 * What was asked of ZooKeeper, by role. Immutable.
 *
 * @param byRole each role's requests
 */
public record Counts(Map<String, Requests> byRole) {
    /**
     * Requests of one role. Immutable.
     *
     * @param subOperations operations of multis, checks included
     * @param multis quorum writes, each of which is one zxid
     * @param reads nodes read or listed
     * @param events watch events received
     */
    public record Requests(long subOperations, long multis, long reads, long events) {
        static final Requests NONE = new Requests(0, 0, 0, 0);

        Requests plus(Requests other) {
            return new Requests(
                    subOperations + other.subOperations,
                    multis + other.multis,
                    reads + other.reads,
                    events + other.events);
        }

        Requests minus(Requests other) {
            return new Requests(
                    subOperations - other.subOperations,
                    multis - other.multis,
                    reads - other.reads,
                    events - other.events);
        }
    }

    public static final Counts NONE = new Counts(Map.of());

    public Counts {
        byRole = Map.copyOf(byRole);
    }

    Counts plus(String role, Requests requests) {
        Map<String, Requests> sum = new TreeMap<>(byRole);
        sum.merge(role, requests, Requests::plus);
        return new Counts(sum);
    }

    Counts since(Counts before) {
        Map<String, Requests> difference = new TreeMap<>();
        byRole.forEach((role, requests) ->
                difference.put(role, requests.minus(before.byRole.getOrDefault(role, Requests.NONE))));
        return new Counts(difference);
    }

    Counts plus(Counts other) {
        Counts sum = this;
        for (Map.Entry<String, Requests> entry : other.byRole.entrySet()) {
            sum = sum.plus(entry.getKey(), entry.getValue());
        }
        return sum;
    }

    Requests total() {
        return byRole.values().stream().reduce(Requests.NONE, Requests::plus);
    }
}
