package dev.assent.simulation;

import dev.assent.store.InMemoryStore;
import dev.assent.store.PackedStore;
import dev.assent.store.Store;
import java.util.concurrent.CompletableFuture;

/** A process that runs one role. It may be paused, cut off, stopped, and crash; another one then takes its place. */
abstract class SimulatedProcess {
    private static final long LARGEST_OFFSET = 1L << 60;

    final World world;
    final String name;
    private VirtualLoop loop;
    private InMemoryStore store;
    private boolean up;
    private int starts;

    SimulatedProcess(World world, String name) {
        this.world = world;
        this.name = name;
    }

    final VirtualLoop loop() {
        return loop;
    }

    final InMemoryStore store() {
        return store;
    }

    final boolean up() {
        return up;
    }

    /** How often a process was started in this place. */
    final int starts() {
        return starts;
    }

    final void start() {
        if (up) {
            return;
        }
        up = true;
        starts++;
        world.journal.note(name, "starts", starts);
        loop = new VirtualLoop(world.time, world.rng.upTo(LARGEST_OFFSET) - LARGEST_OFFSET / 2, this::defect);
        store = world.ensemble.open(loop);
        startRole(world.plant.wrap(world.tree.watch(new PackedStore(world.plant.below(store)))));
    }

    private void defect(RuntimeException e) {
        java.io.StringWriter text = new java.io.StringWriter();
        e.printStackTrace(new java.io.PrintWriter(text));
        world.journal.violation("defect", name + " threw " + text);
    }

    final void crash() {
        if (up) {
            world.journal.note(name, "crashes", "");
            world.coverage.hit(Coverage.Event.CRASH);
            gone();
        }
    }

    private void gone() {
        up = false;
        loop.crash();
        store.crash();
        ended();
    }

    /** Ends it in an orderly way. */
    final void stop() {
        if (!up) {
            return;
        }
        world.journal.note(name, "stops", "");
        VirtualLoop mine = loop;
        InMemoryStore of = store;
        var unused = stopRole().whenComplete((done, failure) -> {
            of.close();
            mine.execute(() -> {
                if (loop == mine && up) {
                    gone();
                    world.restartLater(this);
                }
            });
        });
    }

    final void pause() {
        if (up && !loop.paused()) {
            world.journal.note(name, "pauses", "");
            world.coverage.hit(Coverage.Event.PAUSE);
            loop.pause();
            store.pause();
        }
    }

    final void resume() {
        if (up && loop.paused()) {
            world.journal.note(name, "resumes", "");
            loop.resume();
            store.resume();
        }
    }

    /** Starts the role on a fresh store. */
    protected abstract void startRole(Store on);

    protected abstract CompletableFuture<Void> stopRole();

    /** The process is gone. */
    protected void ended() {}
}
