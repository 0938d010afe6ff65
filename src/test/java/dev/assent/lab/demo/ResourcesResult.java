package dev.assent.lab.demo;

import dev.assent.cli.demo.DemoResult;

/**
 * How the demo ended. Immutable.
 *
 * @param core what the demo of the core says too
 * @param records the records in Kafka
 * @param receipts the receipt files
 * @param preparedLeft branches that are still prepared, over all resources
 * @param kills processes that were killed: a leader, a participant, a database server
 * @param killsDue how many were to be killed
 */
record ResourcesResult(DemoResult core, int records, int receipts, int preparedLeft, int kills, int killsDue) {
    /** Whether everything was as promised. */
    boolean fine() {
        return core.fine() && preparedLeft == 0 && kills == killsDue;
    }

    /** The demo's last line. */
    String line() {
        return core.line() + " records=" + records + " receipts=" + receipts + " prepared_left=" + preparedLeft
                + " kills=" + kills;
    }
}
