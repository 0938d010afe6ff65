package dev.assent.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the systems that come with the product, each at its own place in one tree. For one thread. */
public final class Systems implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Systems.class);

    /** What {@link #open} knows. */
    public static final List<String> NAMES = List.of("assent", "recipe");

    private final Ensemble ensemble;
    private final BenchPlan plan;
    private final List<Contender> open = new ArrayList<>();

    public Systems(Ensemble ensemble, BenchPlan plan) {
        this.ensemble = ensemble;
        this.plan = plan;
    }

    /** The system called so; it is closed with this. */
    public Contender open(String name) throws Exception {
        switch (name) {
            case "assent" -> {
                AssentSystem assent = new AssentSystem(ensemble, "/assent", plan);
                open.add(assent);
                assent.start();
            }
            case "recipe" -> open.add(new RecipeSystem(ensemble, "/recipe"));
            default -> throw new IllegalArgumentException("'" + name + "' is none of " + NAMES);
        }
        return open.get(open.size() - 1);
    }

    /** Single quorum writes, to compare with; closed with this. */
    public Contender openRawWrites() throws Exception {
        RawWrites writes = new RawWrites(ensemble, "/raw");
        open.add(writes);
        return writes;
    }

    /** Assent on these servers and {@code other} ones at once; closed with this. */
    public Contender openTwo(Ensemble other) throws Exception {
        AssentSystem first = new AssentSystem(ensemble, "/first-of-two", plan);
        AssentSystem second = new AssentSystem(other, "/second-of-two", plan);
        TwoEnsembles both = new TwoEnsembles(first, second);
        open.add(both);
        first.start();
        second.start();
        return both;
    }

    /** Lets another system be closed with these; what came last is closed first. */
    public void add(Contender other) {
        open.add(other);
    }

    @Override
    public void close() {
        Collections.reverse(open);
        for (Contender system : open) {
            try {
                system.close();
            } catch (RuntimeException e) {
                LOG.warn("{} is not closed in an orderly way", system.name(), e);
            }
        }
        open.clear();
    }
}
