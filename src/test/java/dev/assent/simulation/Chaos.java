package dev.assent.simulation;

import dev.assent.simulation.Coverage.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The faults of a schedule, at random times. */
final class Chaos {
    private static final long LONGEST = Duration.ofSeconds(8).toNanos();
    private static final long SHORT = Duration.ofMillis(200).toNanos();

    private final World world;
    private final Rng rng;

    Chaos(World world) {
        this.world = world;
        this.rng = world.rng;
    }

    void arrange() {
        List<Plan.Fault> kinds = new ArrayList<>(world.plan.faults);
        for (int i = 0; i < world.plan.faultCount; i++) {
            Plan.Fault kind = rng.pick(kinds);
            world.time.after(rng.upTo(world.plan.workTime), () -> {
                if (!world.calm()) {
                    happen(kind, rng.pick(world.processes));
                }
            });
        }
    }

    private long aWhile() {
        return rng.upTo(rng.coin() ? SHORT : LONGEST);
    }

    private void happen(Plan.Fault kind, SimulatedProcess victim) {
        if (!victim.up()) {
            return;
        }
        switch (kind) {
            case CRASH -> {
                victim.crash();
                world.answers.crashed(victim);
                world.restartLater(victim);
            }
            case STOP -> victim.stop();
            case PAUSE -> {
                victim.pause();
                world.time.after(aWhile(), victim::resume);
            }
            case CUT -> cut(victim);
            case BREAK -> {
                count(victim, "loses its connection", Event.DISCONNECT);
                victim.store().breakConnection();
            }
            case END_SESSION -> {
                count(victim, "loses its session", Event.EXPIRY);
                victim.store().endSession();
            }
            case ABANDON_SESSION -> {
                count(victim, "gives its session up", Event.ABANDONED_SESSION);
                victim.store().abandonSession();
            }
            case STALL -> {
                count(victim, "(a follower stalls)", Event.STALLED_FOLLOWER);
                world.ensemble.stall(rng.below(2), Duration.ofNanos(aWhile()));
            }
            case STALE_SESSION -> {
                count(victim, "(followers stall)", Event.STALLED_FOLLOWER);
                world.ensemble.stall(0, Duration.ofNanos(LONGEST));
                world.ensemble.stall(1, Duration.ofNanos(LONGEST));
                SimulatedProcess stale = rng.pick(world.participants);
                world.time.after(rng.upTo(LONGEST / 4), () -> {
                    if (stale.up()) {
                        happen(rng.coin() ? Plan.Fault.END_SESSION : Plan.Fault.ABANDON_SESSION, stale);
                    }
                });
            }
            case FLAP -> {
                count(victim, "(leadership flaps)", Event.LEADERSHIP_FLAP);
                world.ensemble.flapLeadership(Duration.ofNanos(aWhile()));
            }
        }
    }

    private void count(SimulatedProcess victim, String what, Event event) {
        world.journal.note(victim.name, what, "");
        world.coverage.hit(event);
    }

    private void cut(SimulatedProcess victim) {
        count(victim, "is cut off", Event.DISCONNECT);
        victim.store().cutConnection();
        var cutOff = victim.store();
        world.time.after(aWhile(), () -> {
            world.journal.note(victim.name, "is back", "");
            cutOff.heal();
        });
    }
}
