package dev.assent.model;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A guard of the rules, and what TLC must find violated without it.
 *
 * @param name as the modules spell it
 * @param violates the invariant that fails
 * @param base the configuration, {@code guards} or {@code guards-delegated}
 * @param constants what differs from the base: each guard gets the smallest tree that needs it
 */
record MissingGuard(String name, String violates, String base, Map<String, String> constants) {
    private static final Map<String, String> ONE_PARTICIPANT = Map.of("Participants", "{p1}");
    private static final Map<String, String> ENLISTED = Map.of("Enlisted", "TRUE", "Participants", "{p1}");

    static final List<MissingGuard> ALL = List.of(
            guard("the vote's check of the record", "ToldTheTruth", ONE_PARTICIPANT),
            guard("NO before rollback", "Agreement", Map.of()),
            guard("your own attempt stands", "Agreement", Map.of()),
            guard("sealed means unknown", "ToldTheTruth", ONE_PARTICIPANT),
            guard("the slot check of a timeout's ABORT", "ToldTheTruth", ONE_PARTICIPANT),
            guard("the slot check of an operator's ABORT", "ToldTheTruth", ONE_PARTICIPANT),
            guard("sealing", "NothingResurrected", ONE_PARTICIPANT),
            guard("begin's check of its generation", "NothingResurrected", ONE_PARTICIPANT),
            guard("the recovery's quorum write", "Agreement", Map.of()),
            guard("list before write", "Agreement", Map.of()),
            guard("acknowledgement before collection", "Agreement", Map.of()),
            guard("collection in one multi", "Derivable", ONE_PARTICIPANT),
            guard("COMMIT needs a closed list", "Validity", ENLISTED),
            guard("COMMIT needs a list that is not empty", "Validity", ENLISTED),
            guard("an aborting leader creates _participants", "ToldTheTruth", ENLISTED),
            guard(
                    "the named attempt of enlisted work",
                    "EnlistedWorkCounts",
                    Map.of("Enlisted", "TRUE", "Participants", "{p1}", "Starts", "{s1, s2}")),
            guard(
                    "evidence from the same resource only",
                    "NothingForgotten",
                    Map.of("Participants", "{p1}", "Starts", "{s1, s2}", "Elsewhere", "{s2}")),
            guard("acknowledgement after the resource applied", "NothingForgotten", ONE_PARTICIPANT),
            new MissingGuard("the read-back of DELEGATED", "Agreement", "guards-delegated", Map.of()),
            new MissingGuard("the fence of DELEGATED", "Agreement", "guards-delegated", Map.of()),
            guard(
                    "the epoch check",
                    "OnlyTheLeaderActs",
                    Map.of("Participants", "{p1}", "Coordinators", "{c1, c2}", "MaxEpoch", "2")));

    private static MissingGuard guard(String name, String violates, Map<String, String> constants) {
        return new MissingGuard(name, violates, "guards", constants);
    }

    ModelCheck check() throws IOException {
        ModelCheck check = ModelCheck.of(base.equals("guards") ? "Assent" : "Delegated", base);
        for (Map.Entry<String, String> constant : constants.entrySet()) {
            check = check.with(constant.getKey(), constant.getValue());
        }
        return check.without(name, violates);
    }
}
