package dev.assent.store;

import java.util.Arrays;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Remembers what a function made of the last few things it was given: transactions that share a znode have the same
 * contents, each participant's votes too. For pure functions of small things; what they throw is not remembered. One for each
 * thread, so that none waits for another. Thread-safe.
 *
 * @param <K> never changed once it was handed in
 * @param <V> never changed by whoever gets it
 */
final class Memo<K, V> {
    private static final int PLACES = 8;

    private static final class Entries {
        final Object[] keys = new Object[PLACES];
        final Object[] values = new Object[PLACES];
        int next;
    }

    private final BiPredicate<K, K> same;
    private final Function<K, V> function;
    private final ThreadLocal<Entries> entries = ThreadLocal.withInitial(Entries::new);

    Memo(BiPredicate<K, K> same, Function<K, V> function) {
        this.same = same;
        this.function = function;
    }

    /** For a function of contents; larger ones than {@code mostBytes} are not remembered. */
    static <V> Function<byte[], V> ofContents(int mostBytes, Function<byte[], V> function) {
        Memo<byte[], V> memo = new Memo<>(Arrays::equals, function);
        return content -> content.length > mostBytes ? function.apply(content) : memo.get(content);
    }

    @SuppressWarnings("unchecked") // each place holds a key and what the function made of it
    V get(K key) {
        Entries known = entries.get();
        for (int i = 0; i < PLACES; i++) {
            if (known.keys[i] != null && same.test((K) known.keys[i], key)) {
                return (V) known.values[i];
            }
        }
        V value = function.apply(key);
        known.keys[known.next] = key;
        known.values[known.next] = value;
        known.next = (known.next + 1) % PLACES;
        return value;
    }
}
