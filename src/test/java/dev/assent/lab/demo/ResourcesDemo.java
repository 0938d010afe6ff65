package dev.assent.lab.demo;

import dev.assent.Assent;
import dev.assent.cli.Main;
import dev.assent.cli.demo.Act;
import dev.assent.cli.demo.Connecting;
import dev.assent.cli.demo.DemoOptions;
import dev.assent.cli.demo.Narrator;
import dev.assent.cli.demo.Observer;
import dev.assent.cli.demo.Takeover;
import dev.assent.cli.demo.Teller;
import dev.assent.cli.demo.Transfer;
import dev.assent.cli.demo.ZkPrompt;
import dev.assent.processes.Cluster;
import dev.assent.processes.Stage;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The demo on real resources, from the first process to the last line. To be used once. */
final class ResourcesDemo {
    private static final Duration LEADER_LIMIT = Duration.ofSeconds(60);

    private final DemoOptions options;
    private final Set<Kind> kinds;
    private final Narrator narrator;

    /**
     * @param out takes the story and the last line
     */
    ResourcesDemo(DemoOptions options, Set<Kind> kinds, PrintWriter out) {
        this.options = options;
        this.kinds = Set.copyOf(kinds);
        this.narrator = new Narrator(out);
    }

    /** Plays the demo. Its processes and files are gone when this returns. */
    ResourcesResult play() throws Exception {
        Path directory = Files.createTempDirectory("assent-demo-");
        try (Stage stage = new Stage(Main.class.getName(), directory)) {
            return stage.perform(() -> {
                Servers servers = new Servers(directory);
                stage.add(servers);
                ResourcesResult result = play(stage.cluster(), servers, directory);
                narrator.conclude(result.line());
                return result;
            });
        }
    }

    private ResourcesResult play(Cluster cluster, Servers servers, Path directory) throws Exception {
        narrator.say("Everything is in %s, every address is 127.0.0.1", directory);
        servers.start(kinds);
        cluster.startServers();
        narrator.say("Three ZooKeeper servers: %s", cluster.connectString());
        cluster.startCoordinators();
        narrator.say(
                "Three coordinators: c1, c2, c3; a silent one is given up after %d s (session timeout)",
                Cluster.COORDINATOR_SESSION.toSeconds());
        Scenery scenery = Scenery.setUp(kinds, servers, directory);
        narrator.say(
                "The resources serve: %s",
                kinds.stream().sorted().map(Kind::product).collect(Collectors.joining(", ")));
        try (Observer observer = Connecting.observer(cluster.connectString());
                Assent assent = Connecting.assent(cluster.connectString(), Connecting.SESSION)) {
            Observer.Leader leader = observer.awaitLeader(LEADER_LIMIT);
            narrator.say("%s leads with epoch %d", leader.id(), leader.epoch());
            Company company = new Company(cluster, scenery.roles(), () -> show(scenery.leftovers()));
            company.start();
            for (Role role : scenery.roles()) {
                narrator.say(
                        "%s takes work, in a process of its own: %s",
                        role.participant(), role.kind().product());
            }
            Teller teller = new Teller(assent, transfer -> payloads(scenery.roles(), transfer));
            Takeover takeover = new Takeover(cluster, observer, company, new ZkPrompt(cluster), narrator);
            Act act = new Act(options, teller, Role.BANKS);
            narrator.say("%d transfers (seed %d), several at a time", options.transactions(), options.seed());
            narrator.say("%d transfers have ended", act.before());
            long millis = act.around(takeover);
            Kills kills = new Kills(company, servers, scenery, observer, teller, narrator);
            kills.play(act.after(), options.seed());
            return new Conclusion(scenery, observer, teller, narrator)
                    .check(millis, takeover.kills() + kills.count(), Kills.due(kinds) + 1);
        }
    }

    private static Map<String, byte[]> payloads(List<Role> roles, Transfer transfer) {
        Map<String, byte[]> payloads = new HashMap<>();
        byte[] entry = Journal.text(transfer).getBytes(StandardCharsets.UTF_8);
        for (Role role : roles) {
            payloads.put(
                    role.participant(),
                    role.bank() ? transfer.bookings().get(role.participant()).payload() : entry);
        }
        return payloads;
    }

    private void show(List<Leftovers> leftovers) {
        narrator.say("What the resources themselves show meanwhile:");
        for (Leftovers each : leftovers) {
            narrator.show("$ " + each.question());
            narrator.show(String.join("\n", each.orProblem()));
        }
    }
}
