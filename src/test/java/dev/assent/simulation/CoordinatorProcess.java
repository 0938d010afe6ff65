package dev.assent.simulation;

import dev.assent.coordinator.Coordinator;
import dev.assent.coordinator.CoordinatorConfig;
import dev.assent.store.Store;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A coordinator's process. */
final class CoordinatorProcess extends SimulatedProcess {
    private Coordinator coordinator;

    CoordinatorProcess(World world, String name) {
        super(world, name);
    }

    @Override
    protected void startRole(Store on) {
        Plan plan = world.plan;
        CoordinatorConfig config = CoordinatorConfig.builder(name)
                .generationSize(plan.generationSize)
                .generationAge(Duration.ofSeconds(3))
                .sealDelay(Duration.ofNanos(plan.sealDelay))
                .abortGrace(Duration.ofNanos(plan.abortGrace))
                .rescanInterval(Duration.ofSeconds(7))
                .watchdogTimeout(Duration.ofSeconds(10))
                .collectionBatch(3)
                .maxPending(1_000)
                .build();
        coordinator = new Coordinator(on, world.plant.protocol(), config, world.rng.split());
        coordinator.start();
    }

    @Override
    protected CompletableFuture<Void> stopRole() {
        return coordinator.close();
    }
}
