package dev.assent.simulation;

import dev.assent.protocol.TransactionId;
import dev.assent.store.InMemoryEnsemble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Everything of one schedule. */
final class World {
    private static final long SESSION_TIMEOUT = Duration.ofSeconds(3).toNanos();
    private static final long LONGEST_ABSENCE = Duration.ofSeconds(6).toNanos();

    final Rng rng;
    final Plan plan;
    final Plant plant;
    final VirtualTime time = new VirtualTime();
    final Journal journal;
    final Coverage coverage;
    final Ledger ledger = new Ledger();
    final ResourceChecker resources;
    final AnswerChecker answers;
    final TreeChecker tree;
    final InMemoryEnsemble ensemble;
    final SimulatedResource.Conditions resourceConditions = new SimulatedResource.Conditions();
    final SimulatedPool.Conditions poolConditions = new SimulatedPool.Conditions();
    final List<CoordinatorProcess> coordinators = new ArrayList<>();
    final List<ParticipantProcess> participants = new ArrayList<>();
    final List<InitiatorProcess> initiators = new ArrayList<>();
    final List<SimulatedProcess> processes = new ArrayList<>();
    final List<String> names = new ArrayList<>();
    /** Ids that somebody knows, to ask for and to meddle with. */
    final Set<TransactionId> transactions = new LinkedHashSet<>();

    private boolean calm;

    World(long seed, Plant plant, Coverage coverage, boolean inWords) {
        this.rng = new Rng(seed);
        this.plan = new Plan(rng);
        this.plant = plant;
        this.coverage = coverage;
        this.journal = new Journal(time, inWords);
        this.resources = new ResourceChecker(journal, coverage, ledger);
        this.answers = new AnswerChecker(journal, coverage, ledger);
        this.tree = new TreeChecker(journal, coverage, ledger, resources);
        InMemoryEnsemble.Conditions conditions = new InMemoryEnsemble.Conditions();
        conditions.sessionTimeout = SESSION_TIMEOUT;
        conditions.hop = plan.hop;
        conditions.lag = plan.lag;
        conditions.late = plan.late;
        conditions.reconnect = plan.reconnect;
        conditions.lostPerMille = plan.lostPerMille;
        conditions.slowPerMille = plan.slowPerMille;
        conditions.slowness = plan.slowness;
        ensemble = new InMemoryEnsemble(new VirtualLoop(time, 0, this::defect), rng.split(), conditions);
        ensemble.observe(tree);
        poolConditions.latency = plan.poolLatency;
        poolConditions.slowPerMille = plan.poolSlowPerMille;
        poolConditions.slowness = Duration.ofSeconds(5).toNanos();
        poolConditions.crashPerMille = plan.poolCrashPerMille;
        resourceConditions.refuses = plan.refuses;
        resourceConditions.readOnly = plan.readOnly;
        resourceConditions.failsBefore = plan.failsBefore;
        resourceConditions.failsAfter = plan.failsAfter;
        populate();
    }

    private void defect(RuntimeException e) {
        journal.violation("defect", "the store in memory failed: " + e);
        throw e;
    }

    private void populate() {
        for (int i = 0; i < plan.coordinators; i++) {
            coordinators.add(new CoordinatorProcess(this, "coordinator-" + (i + 1)));
        }
        for (int i = 0; i < plan.instances.size(); i++) {
            String name = "p" + (i + 1);
            names.add(name);
            SimulatedDatabase database = new SimulatedDatabase("database-of-" + name);
            ledger.databases().put(name, database);
            for (int j = 0; j < plan.instances.get(i); j++) {
                participants.add(new ParticipantProcess(
                        this, name, String.valueOf((char) ('a' + j)), database, plan.onePhase.get(i)));
            }
        }
        for (int i = 0; i < plan.initiators; i++) {
            initiators.add(new InitiatorProcess(this, "initiator-" + (i + 1)));
        }
        processes.addAll(coordinators);
        processes.addAll(participants);
        processes.addAll(initiators);
    }

    /** Whether the faults are over. */
    boolean calm() {
        return calm;
    }

    /** Starts a crashed process again after a while; the end of the faults starts every one. */
    void restartLater(SimulatedProcess process) {
        time.after(calm ? 0 : rng.upTo(LONGEST_ABSENCE), process::start);
    }

    /** No fault happens any more, and every process runs. */
    void heal() {
        journal.note("world", "heals", "");
        calm = true;
        InMemoryEnsemble.Conditions conditions = ensemble.conditions();
        conditions.lostPerMille = 0;
        conditions.slowPerMille = 0;
        conditions.reconnect = 0;
        poolConditions.crashPerMille = 0;
        poolConditions.slowPerMille = 0;
        resourceConditions.failsBefore = 0;
        resourceConditions.failsAfter = 0;
        for (SimulatedProcess process : processes) {
            process.start();
            process.resume();
            process.store().heal();
        }
    }
}
