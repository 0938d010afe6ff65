package dev.assent.adapter.kafka;

import dev.assent.protocol.BranchId;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The pauses between looks at a branch on which the coordinator is still busy. For one thread. */
final class Look {
    private static final long FIRST_MILLIS = 2;
    private static final long LONGEST_MILLIS = 100;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final String what;
    private final BranchId branch;
    private final long begun = System.nanoTime();
    private long pauseMillis = FIRST_MILLIS;

    Look(String what, BranchId branch) {
        this.what = what;
        this.branch = branch;
    }

    /** Pauses, or gives up for now: the call is repeated by the participant. */
    void again() throws IOException, InterruptedException {
        if (System.nanoTime() - begun > LIMIT.toNanos()) {
            throw new IOException(what + " " + branch + " is not settled after " + LIMIT
                    + ": the coordinator is busy or moving; to be tried again");
        }
        TimeUnit.MILLISECONDS.sleep(pauseMillis);
        pauseMillis = Math.min(2 * pauseMillis, LONGEST_MILLIS);
    }
}
