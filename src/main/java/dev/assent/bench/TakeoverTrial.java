package dev.assent.bench;

import dev.assent.client.Answer;
import dev.assent.client.BeginRequest;
import dev.assent.client.GlobalTransaction;
import dev.assent.client.Initiator;
import dev.assent.coordinator.Coordinator;
import dev.assent.coordinator.CoordinatorConfig;
import dev.assent.coordinator.CoordinatorStatus;
import dev.assent.participant.Participant;
import dev.assent.protocol.CommitProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long a takeover lasts, from the end of the old leader's session to the last decision that was pending. The old leader
 * is made deaf, so that it decides nothing and its session lives on; then transactions are begun, and all participants vote
 * YES; then the old leader's session ends, as it would after a silence of the session timeout, which is not counted here. The
 * other coordinator stands by in this process, knows nothing of these transactions and has led nothing before.
 */
public final class TakeoverTrial {
    /** More is not begun in one generation, and without a leader there is no other. */
    public static final int MAX_PENDING = 10_000;

    private static final Duration TIMEOUT = Duration.ofHours(1);
    private static final int PARTICIPANTS = 2;
    private static final int WARM_UP = 500;
    private static final Map<String, byte[]> WORK = Map.of("bench-1", new byte[16], "bench-2", new byte[16]);

    private TakeoverTrial() {}

    /**
     * What was measured. Immutable.
     *
     * @param pending how many transactions had all their votes and no decision
     * @param leading until the new leader's epoch was written
     * @param decided until the last decision was written
     * @param known until both participants had learned and applied every decision
     */
    public record Result(int pending, Duration leading, Duration decided, Duration known) {}

    /**
     * Runs it once.
     *
     * @param chroot a place in the tree where nothing is yet
     * @param pending 1 to {@link #MAX_PENDING}
     */
    public static Result run(Ensemble ensemble, String chroot, int pending) throws Exception {
        Setting.require("pending", pending, 1, MAX_PENDING);
        try (Roles roles = new Roles(ensemble, chroot)) {
            DeafStore silent = new DeafStore(roles.store());
            // Never closed: it hears nothing any more.
            Coordinator old = new Coordinator(silent, CommitProtocol.standard(), config("old"), Roles.random());
            old.start();
            Roles.awaitLeading(old);
            Coordinator standby = roles.coordinator(roles.store(), config("standby"));
            Roles.await(
                    "a coordinator that stands by", () -> standby.status().state() == CoordinatorStatus.State.STANDBY);
            List<Participant> participants = new ArrayList<>();
            for (int i = 1; i <= PARTICIPANTS; i++) {
                participants.add(roles.participant("bench-" + i, 2 * MAX_PENDING));
            }
            Initiator initiator = roles.initiator(MAX_PENDING);
            warmUp(initiator);
            silent.deafen();
            for (int i = 0; i < pending; i++) {
                initiator.begin(BeginRequest.of(WORK, TIMEOUT));
            }
            for (Participant participant : participants) {
                Roles.await(pending + " votes of " + participant.instance(), () -> inDoubt(participant) == pending);
            }
            Result result = takeOver(silent, standby, participants, pending);
            initiator.close().get(Roles.LIMIT.toSeconds(), TimeUnit.SECONDS);
            return result;
        }
    }

    private static Result takeOver(DeafStore silent, Coordinator standby, List<Participant> participants, int pending)
            throws Exception {
        long start = System.nanoTime();
        silent.close();
        Roles.awaitLeading(standby);
        Duration leading = Duration.ofNanos(System.nanoTime() - start);
        Roles.await(pending + " decisions", () -> standby.status().counts().committed() >= pending);
        Duration decided = Duration.ofNanos(System.nanoTime() - start);
        for (Participant participant : participants) {
            Roles.await("the end of every branch of " + participant.instance(), () -> inDoubt(participant) == 0);
        }
        return new Result(pending, leading, decided, Duration.ofNanos(System.nanoTime() - start));
    }

    private static CoordinatorConfig config(String id) {
        return CoordinatorConfig.builder(id)
                .generationSize(MAX_PENDING)
                // The deaf one makes no progress and is to stay the leader as long as its session lives.
                .watchdogTimeout(Duration.ofHours(1))
                .build();
    }

    /** A generation is open and everybody has done everything once. */
    private static void warmUp(Initiator initiator) throws Exception {
        List<GlobalTransaction> first = new ArrayList<>();
        for (int i = 0; i < WARM_UP; i++) {
            first.add(initiator.begin(BeginRequest.of(WORK, TIMEOUT)));
        }
        for (GlobalTransaction transaction : first) {
            Answer answer = transaction.answer().get(Roles.LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (answer.kind() != Answer.Kind.COMMITTED) {
                throw new IllegalStateException("a transaction of the warm-up ended otherwise: " + answer);
            }
        }
    }

    private static int inDoubt(Participant participant) throws Exception {
        return participant
                .status()
                .get(Roles.LIMIT.toSeconds(), TimeUnit.SECONDS)
                .inDoubt();
    }
}
