package dev.assent.simulation;

import dev.assent.participant.EnlistedBranch;
import dev.assent.participant.OnePhaseResource;
import dev.assent.participant.Participant;
import dev.assent.participant.ParticipantConfig;
import dev.assent.participant.Prepared;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A participant instance's process. */
final class ParticipantProcess extends SimulatedProcess {
    /** Hides that a resource could commit in one phase. */
    private record TwoPhase(OnePhaseResource full) implements Resource {
        @Override
        public String kind() {
            return full.kind();
        }

        @Override
        public String identity() {
            return full.identity();
        }

        @Override
        public Prepared prepare(BranchId branch, byte[] payload) throws Exception {
            return full.prepare(branch, payload);
        }

        @Override
        public void commit(BranchId branch) throws Exception {
            full.commit(branch);
        }

        @Override
        public void rollback(BranchId branch) throws Exception {
            full.rollback(branch);
        }

        @Override
        public Collection<BranchId> recover(String participant) throws Exception {
            return full.recover(participant);
        }

        @Override
        public void forgetBefore(UUID installation, long generation) throws Exception {
            full.forgetBefore(installation, generation);
        }
    }

    private final String participant;
    private final String instance;
    private final SimulatedDatabase database;
    private final boolean onePhase;
    private Participant role;
    private int unfinished = 1;
    /** Work that this process did and did not prepare: it goes with the process. */
    private final List<BranchId> volatileWork = new ArrayList<>();

    ParticipantProcess(World world, String participant, String instance, SimulatedDatabase database, boolean onePhase) {
        super(world, participant + "-" + instance);
        this.participant = participant;
        this.instance = instance;
        this.database = database;
        this.onePhase = onePhase;
    }

    /** How many branches the role still works on, as of the last look; looks again. */
    int unfinished() {
        int seen = unfinished;
        Participant asked = role;
        var unused = asked.status().thenAccept(status -> unfinished = status.branches());
        return seen;
    }

    String participant() {
        return participant;
    }

    @Override
    protected void startRole(Store on) {
        ParticipantConfig config = ParticipantConfig.of(participant)
                .withInstance(instance + "-" + starts())
                .withIntervals(Duration.ofMillis(200), Duration.ofSeconds(5), Duration.ofSeconds(4))
                .withRetries(Duration.ofMillis(20), Duration.ofSeconds(1))
                .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(2));
        SimulatedResource resource =
                world.plant.resource(database, world.resourceConditions, world.rng, world.resources);
        SimulatedPool pool =
                new SimulatedPool(world.time, loop(), world.rng.split(), world.poolConditions, this::crashSoon);
        role = new Participant(
                on,
                world.plant.protocol(),
                config,
                onePhase ? resource : new TwoPhase(resource),
                pool,
                world.rng.split());
        role.start();
    }

    private void crashSoon() {
        crash();
        world.restartLater(this);
    }

    @Override
    protected CompletableFuture<Void> stopRole() {
        return role.close();
    }

    @Override
    protected void ended() {
        for (BranchId branch : volatileWork) {
            if (database.state(branch) == SimulatedDatabase.State.WORKING) {
                database.forget(branch);
            }
        }
        volatileWork.clear();
    }

    /** A service in this process works under an open transaction; the answer fails where it cannot. */
    CompletableFuture<EnlistedBranch> work(TransactionId id) {
        return role.enlist(id).thenApply(enlisted -> {
            if (database.state(enlisted.branch()) == null) {
                database.put(enlisted.branch(), SimulatedDatabase.State.WORKING);
                volatileWork.add(enlisted.branch());
                world.resources.worked(enlisted.branch());
            }
            return enlisted;
        });
    }
}
