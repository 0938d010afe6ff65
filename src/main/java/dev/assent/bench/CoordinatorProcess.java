package dev.assent.bench;

import dev.assent.coordinator.Coordinator;
import dev.assent.coordinator.CoordinatorConfig;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A coordinator in its own JVM that says on demand what it looks after; ends with its standard input. */
public final class CoordinatorProcess {
    static final String READY = "ready";
    static final String UNDECIDED = "undecided ";

    private CoordinatorProcess() {}

    /**
     * Runs until its standard input ends; prints how many transactions are undecided for each line of it.
     *
     * @param args the servers' addresses, the root, and how many transactions it has to look after
     */
    public static void main(String[] args) throws Exception {
        Ensemble ensemble = new Ensemble(args[0], 1, Map.of());
        try (Roles roles = new Roles(ensemble, args[1])) {
            CoordinatorConfig config = CoordinatorConfig.builder("bench")
                    .maxPending(Integer.parseInt(args[2]))
                    .build();
            Coordinator coordinator = roles.coordinator(roles.store(), config);
            Roles.awaitLeading(coordinator);
            System.out.println(READY);
            BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                System.out.println(UNDECIDED + line + " " + coordinator.status().undecided() + ".");
            }
        }
    }
}
