package dev.assent.simulation;

import java.util.List;
import java.util.function.LongSupplier;

/** Random numbers from a seed: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators"). */
final class Rng implements LongSupplier {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    Rng(long seed) {
        this.state = seed * GOLDEN + GOLDEN;
    }

    /** Another sequence. */
    Rng split() {
        return new Rng(getAsLong());
    }

    @Override
    public long getAsLong() {
        state += GOLDEN;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** 0 to {@code bound} - 1. */
    int below(int bound) {
        return (int) Long.remainderUnsigned(getAsLong(), bound);
    }

    /** {@code from} to {@code to}, both included. */
    int between(int from, int to) {
        return from + below(to - from + 1);
    }

    /** 0 to {@code bound}. */
    long upTo(long bound) {
        return bound <= 0 ? 0 : Long.remainderUnsigned(getAsLong(), bound + 1);
    }

    boolean perMille(int chance) {
        return chance > 0 && below(1_000) < chance;
    }

    boolean coin() {
        return (getAsLong() & 1) == 0;
    }

    <T> T pick(List<T> from) {
        return from.get(below(from.size()));
    }
}
