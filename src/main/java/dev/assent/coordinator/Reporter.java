package dev.assent.coordinator;

import dev.assent.store.Loop;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what is stepped over (rule 12): each node once in a while and no more, so that garbage cannot flood the log. Lives
 * on the loop.
 */
final class Reporter {
    private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
    private static final long REPEAT_NANOS = Duration.ofMinutes(10).toNanos();
    private static final int REMEMBERED = 1_000;

    private final Loop loop;
    private final String coordinator;
    private final Counters counters;
    private final Map<String, Long> reported = new LinkedHashMap<>();

    Reporter(Loop loop, String coordinator, Counters counters) {
        this.loop = loop;
        this.coordinator = coordinator;
        this.counters = counters;
    }

    /** The node at {@code path} is left alone because of {@code why}. */
    void steppedOver(String path, String why) {
        long now = loop.nanoTime();
        Long before = reported.get(path);
        if (before != null && now - before < REPEAT_NANOS) {
            return;
        }
        reported.remove(path);
        if (reported.size() >= REMEMBERED) {
            reported.remove(reported.keySet().iterator().next());
        }
        reported.put(path, now);
        counters.garbage++;
        LOG.info("{}: stepped over {}: {}", coordinator, path, why);
    }
}
