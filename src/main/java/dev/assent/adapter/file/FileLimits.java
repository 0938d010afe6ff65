package dev.assent.adapter.file;

import java.time.Duration;

/**
 * The bounds of a {@link FileResource}. Immutable.
 *
 * @param lockWait how long a prepare waits for files that another branch holds before it refuses; zero refuses at once.
 *     Longer waits turn short collisions into commits, and a deadlock with another participant into a longer wait
 * @param maxFiles the most files that one branch may read and change
 * @param maxFileBytes the largest file that may be read or written; a branch's contents are in memory while it prepares
 */
public record FileLimits(Duration lockWait, int maxFiles, int maxFileBytes) {
    /** Two seconds, 256 files, 16 MiB a file. */
    public static final FileLimits STANDARD = new FileLimits(Duration.ofSeconds(2), 256, 16 << 20);

    public FileLimits {
        if (lockWait.isNegative() || lockWait.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException("lockWait " + lockWait + " is not between 0 and 10 minutes");
        }
        if (maxFiles < 1 || maxFiles > 10_000) {
            throw new IllegalArgumentException("maxFiles " + maxFiles + " is not in 1..10000");
        }
        if (maxFileBytes < 1 || maxFileBytes > 1 << 30) {
            throw new IllegalArgumentException("maxFileBytes " + maxFileBytes + " is not in 1..2^30");
        }
    }

    /** The same with another wait for locks. */
    public FileLimits withLockWait(Duration wait) {
        return new FileLimits(wait, maxFiles, maxFileBytes);
    }
}
