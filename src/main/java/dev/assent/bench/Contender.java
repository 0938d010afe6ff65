package dev.assent.bench;

import java.time.Duration;
import java.util.Map;

/** A system that is measured beside others. Open for the whole run; for one thread. */
public interface Contender extends AutoCloseable {
    /** Its name in every report. */
    String name();

    /** Makes ready for transactions of {@code setting}. */
    void prepare(Setting setting) throws Exception;

    /**
     * Keeps it busy for a while and measures. Blocks.
     *
     * @param setting that of the last {@link #prepare}
     * @param length how long transactions are begun; those under way then still end
     * @param seed decides which transactions are refused
     */
    Sample load(Setting setting, Duration length, long seed) throws Exception;

    /** How many servers keep its decisions. */
    int servers();

    /** How many coordinators run. */
    int replicas();

    /** How many other transactions are pending all the time. */
    int backlog();

    /** Whether a decision is on a disk before anybody hears of it. */
    boolean fsync();

    /** What a reader of its rows has to know; empty where there is nothing to say. */
    default String remark() {
        return "";
    }

    /** The ids of the processes that work for it, by name, this one included if it does. */
    Map<String, Long> processes();

    @Override
    void close();
}
