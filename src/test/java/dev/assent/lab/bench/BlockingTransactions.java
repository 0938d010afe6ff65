package dev.assent.lab.bench;

/** A transaction manager whose calls block. */
interface BlockingTransactions extends AutoCloseable {
    /** What is to be known of how it runs here, in a few words; empty where there is nothing to say. */
    default String remark() {
        return "";
    }

    /**
     * Commits one transaction on the calling thread. Thread-safe.
     *
     * @param participants that do nothing
     * @param refuse whether one of them refuses
     * @return whether it was committed
     */
    boolean transaction(int participants, boolean refuse) throws Exception;

    @Override
    void close();
}
