package dev.assent.model;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A guard of the rules, and what TLC must find violated without it.
 *
 * @param name as the modules spell it
 * @param violates the invariant that fails
 * @param module which module it is a guard of
 * @param constants what differs from the base: each guard gets the smallest tree that needs it
 */
record MissingGuard(String name, String violates, String module, Map<String, String> constants) {
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
            guard("an early outcome needs a closed list", "ToldTheTruth", ENLISTED),
            guard("an early outcome needs every listed slot", "ToldTheTruth", Map.of()),
            delegated("the read-back of DELEGATED", "Agreement"),
            delegated("the fence of DELEGATED", "Agreement"),
            delegated("DELEGATED is no early outcome", "ToldTheTruth"),
            packing("the version of a changed bundle", "AsInOneStep", "set"),
            packing("the check of an unchanged bundle", "AsInOneStep", "set", "check"),
            packing("a refusal seen on a copy is confirmed", "AsInOneStep", "check"),
            packing("a lost multi is not sent again", "OnceAtMost", "set"),
            packing("a bundle's generation is open", "AsInOneStep", "set"),
            packing("a bundle outlives its open generation", "AsInOneStep", "set"),
            guard(
                    "the epoch check",
                    "OnlyTheLeaderActs",
                    Map.of("Participants", "{p1}", "Coordinators", "{c1, c2}", "MaxEpoch", "2")));

    private static MissingGuard guard(String name, String violates, Map<String, String> constants) {
        return new MissingGuard(name, violates, "Assent", constants);
    }

    private static MissingGuard delegated(String name, String violates) {
        return new MissingGuard(name, violates, "Delegated", Map.of());
    }

    private static MissingGuard packing(String name, String violates, String... kinds) {
        return new MissingGuard(
                name, violates, "Packing", Map.of("Kinds", "{\"" + String.join("\", \"", kinds) + "\"}"));
    }

    ModelCheck check() throws IOException {
        ModelCheck check =
                ModelCheck.of(module, module.equals("Assent") ? "guards" : "guards-" + module.toLowerCase(Locale.ROOT));
        for (Map.Entry<String, String> constant : constants.entrySet()) {
            check = check.with(constant.getKey(), constant.getValue());
        }
        return check.without(name, violates);
    }
}
