package dev.assent.cli.demo;

import dev.assent.Assent;
import dev.assent.processes.Child;
import dev.assent.processes.Cluster;
import dev.assent.processes.Stage;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import java.io.File;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The demo from the first process to the last line. To be used once. */
public final class Demo {
    private static final List<String> BANKS = List.of("bank-north", "bank-south");
    private static final Duration LEADER_LIMIT = Duration.ofSeconds(60);
    private static final Duration QUIET_LIMIT = Duration.ofSeconds(20);

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
            return stage.perform(() -> {
                DemoResult result = play(stage.cluster(), directory);
                narrator.conclude(result.line());
                if (options.keep()) {
                    stage.awaitEndOfProcess();
                }
                return result;
            });
        }
    }

    private DemoResult play(Cluster cluster, Path directory) throws Exception {
        narrator.say("Everything is in %s, every address is 127.0.0.1", directory);
        cluster.startServers();
        narrator.say("Three ZooKeeper servers: %s", cluster.connectString());
        cluster.startCoordinators();
        narrator.say(
                "Three coordinators: c1, c2, c3; a silent one is given up after %d s (session timeout)",
                Cluster.COORDINATOR_SESSION.toSeconds());
        List<AutoCloseable> open = new ArrayList<>();
        try {
            Observer observer = Connecting.observer(cluster.connectString());
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
                    BANKS.get(0), BANKS.get(1), Books.ACCOUNTS, Books.OPENING_BALANCE, total());
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
        return Books.OPENING_BALANCE * Books.ACCOUNTS * BANKS.size();
    }

    private static Assent connect(Cluster cluster) {
        return Connecting.assent(cluster.connectString(), Connecting.SESSION);
    }

    private DemoResult transfers(Cluster cluster, Observer observer, List<Banking> banks, Teller teller)
            throws Exception {
        Act act = new Act(options, teller, BANKS);
        ZkPrompt shell = new ZkPrompt(cluster);
        narrator.say("ZooKeeper's own shell shows the tree:");
        narrator.show("$ ls " + Connecting.CHROOT);
        narrator.show(shell.ask("ls " + Connecting.CHROOT));
        narrator.say("%d transfers (seed %d), several at a time", options.transactions(), options.seed());
        narrator.say("%d transfers have ended", act.before());
        long millis = act.around(new Takeover(cluster, observer, new Banks(banks), shell, narrator));
        List<Transfer> rest = act.after();
        narrator.say("%d transfers are left for the new leader", rest.size());
        teller.sendAll(rest);
        List<Settled> ends = teller.awaitAll();
        narrator.say("All %d transfers have ended; checking", ends.size());
        return check(observer, banks, teller, ends, millis);
    }

    /** The banks of this process, whose files have nothing to show while they are in doubt. */
    private record Banks(List<Banking> banks) implements Takeover.Cast {
        private Branch lastVoter() {
            return banks.get(1).branch();
        }

        @Override
        public List<String> participants() {
            return BANKS;
        }

        @Override
        public void hold() {
            lastVoter().hold();
        }

        @Override
        public void release() {
            lastVoter().release();
        }

        @Override
        public void showInDoubt() {}
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
        List<Settled> known = ends.stream().map(end -> end.asRecorded(recorded)).toList();
        violations.addAll(Audit.violations(banks.stream().map(Banking::bank).toList(), known, recorded));
        if (takeoverMillis == Act.NEVER) {
            violations.add("no transaction with all votes and no decision was left to a new leader");
        }
        violations.forEach(violation -> narrator.say("VIOLATION %s", violation));
        int committed = Settled.count(known, OutcomeState.COMMITTED);
        int aborted = Settled.count(known, OutcomeState.ABORTED);
        int unknown = known.size() - committed - aborted;
        narrator.say(
                "Checked: outcomes against records and receipts, %d balances, prepared branches, pending transactions",
                BANKS.size() * Books.ACCOUNTS);
        known.stream()
                .filter(end -> end.is(OutcomeState.ABORTED))
                .findFirst()
                .ifPresent(end -> narrator.say("An example of ABORTED: %s", end.reason()));
        return new DemoResult(committed, aborted, unknown, violations.size(), takeoverMillis);
    }

    private void explainKeep(Cluster cluster) {
        String classPath = Child.classPath();
        String jar = classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)
                ? "java -jar " + classPath
                : "java -cp " + classPath + " " + program;
        narrator.say("Everything keeps running until Ctrl-C. To look at it:");
        narrator.show(jar + " status --zookeeper " + cluster.connectString());
        narrator.show(jar + " zkcli --zookeeper " + cluster.oneServer() + " ls -R " + Connecting.CHROOT);
        narrator.show("zkCli.sh -server " + cluster.oneServer());
        narrator.say("To move money yourself:");
        narrator.show(jar + " commit --zookeeper " + cluster.connectString()
                + " --with 'bank-north=account-01 -5' --with 'bank-south=account-02 +5'");
    }
}
