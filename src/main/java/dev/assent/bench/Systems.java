package dev.assent.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the systems that come with the product, each at its own place in one tree. For one thread. */
public final class Systems implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Systems.class);

    private final String connectString;
    private final BenchPlan plan;
    private final List<TransactionSystem> open = new ArrayList<>();

    public Systems(String connectString, BenchPlan plan) {
        this.connectString = connectString;
        this.plan = plan;
    }

    /** The systems called so, in this order; they are closed with this. */
    public List<TransactionSystem> open(List<String> names) throws Exception {
        for (String name : names) {
            switch (name) {
                case "assent" -> open.add(new AssentSystem(connectString, "/assent", plan.servers(), plan.replicas()));
                case "recipe" -> open.add(new RecipeSystem(connectString, "/recipe", plan.servers()));
                default -> throw new IllegalArgumentException("'" + name + "' is neither assent nor recipe");
            }
        }
        return List.copyOf(open);
    }

    @Override
    public void close() {
        Collections.reverse(open);
        for (TransactionSystem system : open) {
            try {
                system.close();
            } catch (Exception e) {
                LOG.warn("{} is not closed in an orderly way", system.name(), e);
            }
        }
        open.clear();
    }
}
