package dev.assent.cli.demo;

/**
 * How the demo is to be played. Immutable.
 *
 * @param transactions how many transfers, the ones around the takeover included
 * @param seed decides accounts, amounts and moments
 * @param holdVotes hold the last votes back instead of pausing the leader, as is done where there is no {@code sh}
 * @param keep leave everything running at the end
 */
public record DemoOptions(int transactions, long seed, boolean holdVotes, boolean keep) {
    /** How many transfers are begun while the leader is paused. */
    public static final int SCENE_TRANSFERS = 4;

    /** How often the scene of the takeover is tried. */
    public static final int SCENE_ATTEMPTS = 3;

    public static final int MIN_TRANSACTIONS = SCENE_ATTEMPTS * SCENE_TRANSFERS;
    public static final int MAX_TRANSACTIONS = 4_000;

    public DemoOptions {
        if (transactions < MIN_TRANSACTIONS || transactions > MAX_TRANSACTIONS) {
            throw new IllegalArgumentException(
                    "--transactions " + transactions + " is not in " + MIN_TRANSACTIONS + ".." + MAX_TRANSACTIONS);
        }
    }
}
