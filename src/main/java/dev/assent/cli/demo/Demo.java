package dev.assent.cli.demo;

import dev.assent.Assent;
import dev.assent.AssentOptions;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import dev.assent.zookeeper.ZooKeeperConfig;
import dev.assent.zookeeper.ZooKeeperStores;
import java.io.File;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The demo from the first process to the last line. To be used once. */
public final class Demo {
    private static final String CHROOT = "/assent";
    private static final List<String> BANKS = List.of("bank-north", "bank-south");
    /** Longer than the coordinators': the banks are not what this is about. */
    private static final Duration SESSION = Duration.ofSeconds(10);

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(60);
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration LEADER_LIMIT = Duration.ofSeconds(60);
    private static final Duration QUIET_LIMIT = Duration.ofSeconds(20);
    private static final long NEVER = -1;

    private final DemoOptions options;
    private final Narrator narrator;
    private final String program;

    /**
     * @param out takes the story and the last line
     * @param program the main class of {@code assent}, which the processes run
     */
    public Demo(DemoOptions options, PrintWriter out, String program) {
        this.options = options;
        this.narrator = new Narrator(out);
        this.program = program;
    }

    /** Plays the demo. Its processes and files are gone when this returns, unless they are to be kept. */
    public DemoResult play() throws Exception {
        Path directory = Files.createTempDirectory("assent-demo-");
        try (Stage stage = new Stage(program, directory)) {
            try {
                DemoResult result = play(stage.cluster(), directory);
                narrator.conclude(result.line());
                if (options.keep()) {
                    stage.awaitEndOfProcess();
                }
                return result;
            } catch (Exception e) {
                if (stage.ending()) {
                    // Ctrl-C: whatever fails now fails because the stage is being cleared.
                    stage.awaitEndOfProcess();
                }
                throw e;
            }
        }
    }

    private DemoResult play(DemoCluster cluster, Path directory) throws Exception {
        narrator.say("Everything is in %s, every address is 127.0.0.1", directory);
        cluster.startServers();
        narrator.say("Three ZooKeeper servers: %s", cluster.connectString());
        cluster.startCoordinators();
        narrator.say(
                "Three coordinators: c1, c2, c3; a silent one is given up after %d s (session timeout)",
                DemoCluster.COORDINATOR_SESSION.toSeconds());
        List<AutoCloseable> open = new ArrayList<>();
        try {
            Observer observer = observer(cluster);
            open.add(observer);
            Observer.Leader leader = observer.awaitLeader(LEADER_LIMIT);
            narrator.say("%s leads with epoch %d", leader.id(), leader.epoch());
            List<Banking> banks = new ArrayList<>();
            for (String name : BANKS) {
                Banking banking = Banking.open(name, directory.resolve(name), connect(cluster));
                open.add(banking);
                banks.add(banking);
            }
            narrator.say(
                    "%s and %s: %d accounts each, files with %d on them; %d in all",
                    BANKS.get(0), BANKS.get(1), Bank.ACCOUNTS, Bank.OPENING_BALANCE, total());
            Assent assent = connect(cluster);
            open.add(assent);
            DemoResult result = transfers(cluster, observer, banks, new Teller(assent));
            if (options.keep()) {
                explainKeep(cluster);
            }
            return result;
        } finally {
            if (!options.keep()) {
                Collections.reverse(open);
                for (AutoCloseable each : open) {
                    each.close();
                }
            }
        }
    }

    private static long total() {
        return Bank.OPENING_BALANCE * Bank.ACCOUNTS * BANKS.size();
    }

    private static Assent connect(DemoCluster cluster) {
        return Assent.connect(
                cluster.connectString(),
                AssentOptions.defaults()
                        .withChroot(CHROOT)
                        .withConnection(SESSION, CONNECT_LIMIT)
                        .withTimeouts(TRANSACTION_TIMEOUT, PATIENCE));
    }

    private static Observer observer(DemoCluster cluster) {
        ZooKeeperConfig config =
                ZooKeeperConfig.defaults().withSessionTimeout(SESSION).withConnectTimeout(CONNECT_LIMIT);
        return new Observer(
                ZooKeeperStores.connect(cluster.connectString(), CHROOT, config), cluster.connectString(), CHROOT);
    }

    private DemoResult transfers(DemoCluster cluster, Observer observer, List<Banking> banks, Teller teller)
            throws Exception {
        Deque<Transfer> plan = new ArrayDeque<>(Transfer.plan(options.seed(), options.transactions(), BANKS));
        ZkPrompt shell = new ZkPrompt(cluster);
        narrator.say("ZooKeeper's own shell shows the tree:");
        narrator.show("$ ls " + CHROOT);
        narrator.show(shell.ask("ls " + CHROOT));
        int before = (options.transactions() - DemoOptions.MIN_TRANSACTIONS) / 2;
        narrator.say("%d transfers (seed %d), several at a time", options.transactions(), options.seed());
        teller.sendAll(take(plan, before));
        narrator.say("%d transfers have ended", teller.awaitAll().size());

        Branch south = banks.get(1).branch();
        Takeover takeover = new Takeover(cluster, observer, south, BANKS, shell, narrator);
        Optional<Long> millis = Optional.empty();
        for (int attempt = 1; millis.isEmpty() && attempt <= DemoOptions.SCENE_ATTEMPTS; attempt++) {
            List<Transfer> scene = take(plan, DemoOptions.SCENE_TRANSFERS);
            // The last attempt does not depend on this machine's speed.
            boolean holdVotes = options.holdVotes() || attempt == DemoOptions.SCENE_ATTEMPTS;
            millis = takeover.play(() -> sendScene(teller, scene), holdVotes);
            teller.awaitAll();
        }
        narrator.say("%d transfers are left for the new leader", plan.size());
        teller.sendAll(List.copyOf(plan));
        List<Settled> ends = teller.awaitAll();
        narrator.say("All %d transfers have ended; checking", ends.size());
        return check(observer, banks, teller, ends, millis.orElse(NEVER));
    }

    private static List<CompletableFuture<Settled>> sendScene(Teller teller, List<Transfer> scene) {
        List<CompletableFuture<Settled>> sent = new ArrayList<>();
        for (int place = 0; place < scene.size(); place++) {
            sent.add(teller.send(scene.get(place).inScene(place)));
        }
        return sent;
    }

    private static List<Transfer> take(Deque<Transfer> plan, int count) {
        List<Transfer> taken = new ArrayList<>();
        while (taken.size() < count && !plan.isEmpty()) {
            taken.add(plan.removeFirst());
        }
        return taken;
    }

    private DemoResult check(
            Observer observer, List<Banking> banks, Teller teller, List<Settled> ends, long takeoverMillis)
            throws Exception {
        List<String> violations = new ArrayList<>();
        if (!observer.awaitTrue(QUIET_LIMIT, () -> observer.waiting().isEmpty())) {
            observer.waiting().forEach(view -> violations.add(view.name() + ": " + view.next()));
        }
        for (Banking banking : banks) {
            if (!observer.awaitTrue(QUIET_LIMIT, () -> banking.prepared() == 0)) {
                violations.add(banking.bank().name() + ": " + banking.prepared() + " branches are still prepared");
            }
        }
        Map<TransactionId, OutcomeState> recorded = teller.recorded(ends);
        List<Settled> known =
                ends.stream().map(end -> asRecorded(end, recorded)).toList();
        violations.addAll(Audit.violations(banks.stream().map(Banking::bank).toList(), known, recorded));
        if (takeoverMillis == NEVER) {
            violations.add("no transaction with all votes and no decision was left to a new leader");
        }
        violations.forEach(violation -> narrator.say("VIOLATION %s", violation));
        int committed = count(known, OutcomeState.COMMITTED);
        int aborted = count(known, OutcomeState.ABORTED);
        int unknown = known.size() - committed - aborted;
        narrator.say(
                "Checked: outcomes against records and receipts, %d balances, prepared branches, pending transactions",
                BANKS.size() * Bank.ACCOUNTS);
        known.stream()
                .filter(end -> end.is(OutcomeState.ABORTED))
                .findFirst()
                .ifPresent(end -> narrator.say("An example of ABORTED: %s", end.reason()));
        return new DemoResult(committed, aborted, unknown, violations.size(), takeoverMillis);
    }

    /** Whoever was told "unknown" asks again (rule 11). */
    private static Settled asRecorded(Settled end, Map<TransactionId, OutcomeState> recorded) {
        return end.told().isPresent()
                ? end
                : end.id()
                        .map(recorded::get)
                        .filter(state -> state == OutcomeState.COMMITTED || state == OutcomeState.ABORTED)
                        .map(end::withOutcome)
                        .orElse(end);
    }

    private static int count(List<Settled> ends, OutcomeState outcome) {
        return Math.toIntExact(ends.stream().filter(end -> end.is(outcome)).count());
    }

    private void explainKeep(DemoCluster cluster) {
        String classPath = Child.classPath();
        String jar = classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)
                ? "java -jar " + classPath
                : "java -cp " + classPath + " " + program;
        narrator.say("Everything keeps running until Ctrl-C. To look at it:");
        narrator.show(jar + " status --zookeeper " + cluster.connectString());
        narrator.show(jar + " zkcli --zookeeper " + cluster.oneServer() + " ls -R " + CHROOT);
        narrator.show("zkCli.sh -server " + cluster.oneServer());
        narrator.say("To move money yourself:");
        narrator.show(jar + " commit --zookeeper " + cluster.connectString()
                + " --with 'bank-north=account-01 -5' --with 'bank-south=account-02 +5'");
    }
}
