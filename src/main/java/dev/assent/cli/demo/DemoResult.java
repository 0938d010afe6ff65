package dev.assent.cli.demo;

/**
 * How the demo ended. Immutable.
 *
 * @param committed transfers with the outcome COMMITTED
 * @param aborted transfers with the outcome ABORTED, or refused
 * @param unknown transfers whose outcome nobody could tell at the end
 * @param violations what the checks found
 * @param takeoverMillis from the kill of the leader until the new leader's decision was seen
 */
public record DemoResult(int committed, int aborted, int unknown, int violations, long takeoverMillis) {
    /** Whether everything was as promised. */
    public boolean fine() {
        return unknown == 0 && violations == 0;
    }

    /** The demo's last line. */
    public String line() {
        return "committed=" + committed + " aborted=" + aborted + " unknown=" + unknown + " violations=" + violations
                + " takeover_ms=" + takeoverMillis;
    }
}
